-- Grain: one row per finding: an independent cause of violated equations, or a statement that does
-- not follow from the amounts. Key: finding_id.
-- What a person reads: a sentence, where to look, the two sides and how far they are apart.
-- Differences that rounding explains are none, and a cause is told once, whatever it breaks.

with equations as (
    select
        causes.cause_id,
        checks.*,
        identities.description as identity_en,
        count(*) over (partition by causes.cause_id) as equations,
    from {{ ref('causes') }} as causes
    inner join {{ ref('balance_checks') }} as checks on causes.equation_id = checks.equation_id
    inner join {{ ref('balance_identities') }} as identities
        on checks.identity = identities.identity
),

-- The equation that tells it: of those with the largest difference the one with the fewest terms.
told as (
    select
        *,
        {{ written('left_yuan') }} as left_written,
        {{ written('right_yuan') }} as right_written,
        {{ written('abs(difference_yuan)') }} as difference_written,
    from equations
    qualify row_number() over (
        partition by cause_id
        order by abs(difference_yuan) desc, tolerance_yuan asc, equation_id asc
    ) = 1
),

-- Where many amounts explain it equally well, none of them is named.
suspects as (
    select
        *,
        count(*) filter (where suspect_rank > 3 and weight = best_weight) over (
            partition by cause_id
        ) = 0 as is_located,
    from (
        select
            *,
            equations - equations_broken as weight,
            max(equations - equations_broken) over (partition by cause_id) as best_weight,
        from {{ ref('suspects') }}
    )
),

cells as (
    select
        suspects.cause_id,
        suspects.suspect_rank,
        amounts.form_number,
        amounts.page,
        concat_ws(
            ' ', amounts.form_number, 'p' || amounts.page, 'r' || amounts.row_number,
            'c' || amounts.column_number, amounts.label, amounts.printed_text,
            '→ ' || {{ written('suspects.proposed_yuan') }}
        ) as cell,
        {{ written('suspects.amount_yuan') }} as amount_written,
        {{ written('suspects.proposed_yuan') }} as proposed_written,
        suspects.is_located,
        coalesce(nullif(concat_ws(' · ', amounts.label, amounts.column_path), ''), '?') as name,
    from suspects
    inner join {{ ref('int_term_amounts') }} as amounts on suspects.line_id = amounts.line_id
    where suspects.suspect_rank <= 3
),

located as (
    select
        cause_id,
        string_agg(cell, '; ' order by suspect_rank) as cells,
        arg_min(form_number, suspect_rank) as form_number,
        arg_min(page, suspect_rank) as page,
        arg_min(name, suspect_rank) as suspect_name,
        arg_min(amount_written, suspect_rank) as suspect_written,
        arg_min(proposed_written, suspect_rank) as proposed_written,
        bool_and(is_located) as is_located,
    from cells
    group by cause_id
)

select
    told.cause_id as finding_id,
    told.document_id,
    documents.file_path,
    documents.department_name,
    documents.fiscal_year,
    told.form,
    located.form_number,
    told.identity,
    case
        when
            100 * cast(abs(told.difference_yuan) as decimal(38, 2))
            >= greatest(abs(told.left_yuan), abs(told.right_yuan))
            then 'major'
        else 'minor'
    end as severity,
    concat(
        told.description, '：左边 ', told.left_written, ' 元，右边 ', told.right_written,
        ' 元，相差 ', told.difference_written, ' 元。',
        case
            when located.is_located then concat(
                '最可能有误的是第 ', located.page, ' 页“', located.suspect_name, '”：印为 ',
                located.suspect_written, ' 元，', located.proposed_written, ' 元才平。'
            )
        end
    ) as sentence_zh,
    concat(
        told.identity_en, ': ', coalesce(located.form_number || ', ', ''), 'the left side is ',
        told.left_written, ' yuan, the right side ', told.right_written, ', a difference of ',
        told.difference_written, '.',
        case
            when located.is_located then concat(
                ' Most likely wrong is "', located.suspect_name, '" on page ', located.page,
                ': printed ', located.suspect_written, ', balanced by ', located.proposed_written,
                '.'
            )
        end
    ) as sentence_en,
    located.page,
    located.cells,
    told.left_yuan,
    told.right_yuan,
    told.difference_yuan,
    cast(told.equations as integer) as equations,
    told.equation_id,
from told
inner join located on told.cause_id = located.cause_id
inner join {{ ref('int_balance_equations') }} as printed on told.equation_id = printed.equation_id
inner join {{ ref('int_documents') }} as documents on printed.document_id = documents.document_id
union all
select
    statements.statement_id as finding_id,
    statements.document_id,
    documents.file_path,
    documents.department_name,
    documents.fiscal_year,
    statements.form,
    cast(null as varchar) as form_number,
    statements.identity,
    'minor' as severity,
    concat(
        statements.description, '：第 ', statements.page, ' 页写作“', statements.stated,
        '”，应为“', statements.expected, '”。'
    ) as sentence_zh,
    concat(
        identities.description, ': page ', statements.page, ' says "', statements.stated,
        '" where "', statements.expected, '" follows.'
    ) as sentence_en,
    statements.page,
    concat_ws(
        ' ', concat('p', statements.page), concat('r', statements.row_number), statements.stated,
        concat('→ ', statements.expected)
    ) as cells,
    cast(null as decimal(18, 2)) as left_yuan,
    cast(null as decimal(18, 2)) as right_yuan,
    cast(null as decimal(18, 2)) as difference_yuan,
    cast(0 as integer) as equations,
    cast(null as varchar) as equation_id,
from {{ ref('statement_checks') }} as statements
inner join {{ ref('int_statement_checks') }} as judged
    on statements.statement_id = judged.statement_id
inner join {{ ref('balance_identities') }} as identities
    on statements.identity = identities.identity
inner join {{ ref('int_documents') }} as documents
    on judged.document_id = documents.document_id
where statements.verdict = 'violated'
