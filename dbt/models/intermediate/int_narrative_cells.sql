-- Grain: one row per (amount in prose, cell of a form) where the cell prints what the prose names.
-- Prose may stand in one file and the forms in another: both belong to the department, and the year
-- and phase that the sentence names say which document's forms are meant. rank 1 is the cell that
-- the words mean first: where no fund is named, that of all funds. A cell that prints the very
-- amount goes before it, because prose often leaves out words that its heading says.

with amounts as (
    select
        amounts.*,
        documents.department_id,
        documents.reporting_scope,
        documents.fiscal_year as document_year,
    from {{ ref('stg_narrative_amounts') }} as amounts
    inner join {{ ref('int_documents') }} as documents
        on amounts.document_id = documents.document_id
),

-- The document itself, and others of the same department and year.
sources as (
    select
        amounts.narrative_amount_id,
        documents.document_id as source_document_id,
        amounts.document_id = documents.document_id as is_same_document,
    from amounts
    inner join {{ ref('int_documents') }} as documents
        on
            amounts.fiscal_year = documents.fiscal_year
            and (
                amounts.document_id = documents.document_id
                or (
                    amounts.department_id = documents.department_id
                    and amounts.reporting_scope = documents.reporting_scope
                )
            )
),

cells as (
    select
        sources.narrative_amount_id,
        sources.is_same_document,
        cells.*,
    from sources
    inner join amounts on sources.narrative_amount_id = amounts.narrative_amount_id
    inner join {{ ref('int_nameable_cells') }} as cells
        on sources.source_document_id = cells.document_id and amounts.phase = cells.phase
),

-- A sentence that lists accounts (办公费、印刷费、差旅费、公务接待费) speaks of what an account gets
-- there, not of the three public expenses.
lists_of_accounts as (
    select amounts.narrative_amount_id
    from amounts
    inner join {{ ref('economic_classification') }} as accounts
        on contains(amounts.sentence, accounts.name)
    where accounts.level = 'group' and accounts.scheme = 'department'
    group by amounts.narrative_amount_id
    having count(distinct accounts.name) > 4
),

-- 支出 alone may be the end of any item that a bracket cut off, and 支出总计 after 财政拨款收入总计 is the
-- appropriation's: nothing is claimed of them, unlike of 收入支出总计 and 本年收入合计.
by_words as (
    select
        cells.*,
        words.fund is null as is_any_fund,
        cells.fund = coalesce(words.fund, 'all') as is_named_fund,
    from {{ ref('int_narrative_items') }} as words
    inner join cells on words.narrative_amount_id = cells.narrative_amount_id
    left join lists_of_accounts
        on words.narrative_amount_id = lists_of_accounts.narrative_amount_id
    where
        not (
            words.named_item is not null and lists_of_accounts.narrative_amount_id is not null
        )
        and not (
            regexp_full_match(words.item, '(收入|支出)(总计|合计)?')
            and not contains(
                regexp_replace(words.sentence, '\s', '', 'g'), concat('本年', words.item)
            )
        )
        and words.item not in ('收支', '收入支出')
        and cells.code is null
        and words.named_item is not distinct from cells.named_item
        -- 会议费 of a project is not that of the form, which is of a fund.
        and (
            words.named_item is null or words.fund is not null
            or words.named_item not in ('meeting_cost', 'training_cost')
        )
        and (
            words.named_item is not null
            or (
                coalesce(words.spending_kind, 'all') = cells.spending_kind
                and (coalesce(words.flow, 'both') = 'both' or words.flow = cells.flow)
                and (
                    words.fund is null
                    or words.fund = cells.fund
                    or (words.fund = 'other_revenue' and cells.fund = 'unit_own_funds')
                )
            )
        )
),

-- 一般公共服务(类)支出, 财政事务(款)行政运行(项), or “一般公共服务支出-财政事务-行政运行”科目.
paths as (
    select
        narrative_amount_id,
        regexp_replace(sentence, '\s', '', 'g') as sentence,
        string_split(
            trim(
                regexp_replace(
                    regexp_replace(item, '[“”\s]|类?科目$|(预算|决算)数?$|20[0-9]{2}年度?', '', 'g'),
                    '(\((类|款|项)\)(支出)?|-)+', '>', 'g'
                ),
                '>'
            ),
            '>'
        ) as names,
        case
            when contains(item, '(项)') then 7
            when contains(item, '(款)') then 5
            when contains(item, '(类)') then 3
        end as code_length,
    from amounts
),

named_accounts as (
    select
        *,
        {{ account_name('names[-1]') }} as account_name,
        case when len(names) > 1 then {{ account_name('names[-2]') }} end as parent_name,
    from paths
),

classification as (
    select
        code,
        {{ account_name('name') }} as account_name,
    from {{ ref('function_classification') }}
),

parent_names as (
    select distinct account_name from classification
),

by_account as (
    select
        cells.*,
        true as is_any_fund,
        cells.fund = 'all' as is_named_fund,
    from named_accounts
    inner join cells
        on
            named_accounts.narrative_amount_id = cells.narrative_amount_id
            and named_accounts.account_name = {{ account_name('cells.name') }}
    left join classification as parents
        on
            starts_with(cells.code, parents.code)
            and length(cells.code) = length(parents.code) + 2
    left join parent_names on named_accounts.parent_name = parent_names.account_name
    where
        cells.code is not null
        -- A class may be named alone; finer names, such as 差旅费, are then said of anything.
        and (
            length(cells.code) = 3 or named_accounts.parent_name is not null
            or regexp_matches(
                named_accounts.sentence,
                concat('\Q', named_accounts.account_name, '\E', '(支出)?(\((类|款|项)\)|”科目)')
            )
        )
        and (
            named_accounts.code_length is null
            or named_accounts.code_length = length(cells.code)
        )
        -- 行政运行 stands under every 款: the one that is named above it is meant, unless it bears a
        -- name of other years.
        and (
            parent_names.account_name is null or parents.account_name is null
            or parents.account_name = named_accounts.parent_name
        )
),

matches as (
    select * from by_words
    union all
    select * from by_account
)

select
    matches.narrative_amount_id,
    amounts.document_id,
    amounts.measure,
    matches.line_id,
    matches.form_id,
    matches.form,
    matches.document_id as cell_document_id,
    matches.fund,
    matches.flow,
    matches.spending_kind,
    matches.named_item,
    matches.code,
    matches.name,
    matches.term_yuan,
    matches.term_tolerance_yuan,
    amounts.measure = 'amount'
    and abs(amounts.amount_yuan - matches.term_yuan)
    <= amounts.tolerance_yuan + matches.term_tolerance_yuan as is_equal,
    -- 78.2164 万元 named as 78.21 万元.
    amounts.measure = 'amount' and matches.term_tolerance_yuan < amounts.tolerance_yuan
    and abs(matches.term_yuan) - abs(amounts.amount_yuan)
    between amounts.tolerance_yuan + matches.term_tolerance_yuan + 0.01
    and 2 * amounts.tolerance_yuan - 0.01 as is_cut_off,
    row_number() over (
        partition by matches.narrative_amount_id
        order by
            (
                amounts.measure = 'amount'
                and abs(amounts.amount_yuan - matches.term_yuan)
                <= amounts.tolerance_yuan + matches.term_tolerance_yuan
            ) desc,
            (
                amounts.measure = 'amount'
                and abs(matches.term_yuan) - abs(amounts.amount_yuan)
                between 0 and 2 * amounts.tolerance_yuan - 0.01
            ) desc,
            matches.is_named_fund desc, matches.is_same_document desc,
            (contains(matches.name, '总计') = contains(amounts.item, '总计')) desc,
            (matches.flow = 'expenditure') desc, matches.priority asc, matches.line_id asc
    ) as cell_rank,
from matches
inner join amounts on matches.narrative_amount_id = amounts.narrative_amount_id
