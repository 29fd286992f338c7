-- Grain: one row per statement that is not a sum of money, with what follows from the amounts that
-- the document prints. Key: statement_id. Shares, growth rates and rates of completion that prose
-- states (文表一致), rates of execution that forms print, weights and scores of performance forms, and
-- the names that stand beside account codes. It holds if it is right of one of the amounts that its
-- words may mean; a percentage may be off by its last digit.

with ratios as (
    select
        *,
        bool_or(is_proper_whole) over (partition by statement_id) as has_proper_whole,
        row_number() over (
            partition by statement_id
            order by
                is_right desc, abs(stated_percent - expected_percent) asc, whole_yuan asc,
                part_yuan asc
        ) as choice,
    from {{ ref('int_stated_ratios') }}
),

ratio_statements as (
    select
        statement_id,
        identity,
        document_id,
        form,
        page,
        row_number,
        subject,
        stated_text as stated,
        expected_percent || '%' as expected,
        case
            when is_right and 2 * abs(stated_percent - expected_percent) <= step then 'holds'
            when is_right then 'holds_within_rounding'
            when not has_proper_whole then 'not_computable'
            else 'violated'
        end as verdict,
    from ratios
    where choice = 1
),

all_statements as (
    select * from ratio_statements
    union all
    select * from {{ ref('int_stated_amounts') }}
    union all
    select * from {{ ref('int_stated_scores') }}
    union all
    select * from {{ ref('int_stated_names') }}
)

select
    statements.statement_id,
    statements.identity,
    concat_ws(' · ', identities.identity_name_zh, statements.subject) as description,
    statements.document_id,
    statements.form,
    statements.page,
    statements.row_number,
    statements.stated,
    statements.expected,
    statements.verdict,
from all_statements as statements
inner join {{ ref('balance_identities') }} as identities
    on statements.identity = identities.identity
