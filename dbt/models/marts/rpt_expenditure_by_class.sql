-- Grain: one row per department, scope, year, phase, fund, spending kind and class of function (类).
-- A year that several documents print is taken from one of them: the budget for the initial budget,
-- the final account for the final account, else the one that prints most amounts.

with amounts as (
    select
        lines.*,
        documents.document_kind,
        {{ class_code('lines.function_code') }} as class_code,
    from {{ ref('fct_expenditure_by_function') }} as lines
    inner join {{ ref('dim_document') }} as documents on lines.document_id = documents.document_id
    where lines.department_id is not null and lines.fiscal_year is not null
),

sources as (
    select
        department_id,
        reporting_scope,
        fiscal_year,
        phase,
        fund,
        spending_kind,
        document_id,
        count(*) as amounts,
        any_value(
            (phase = 'final_account') = (document_kind = 'final_account')
        ) as is_of_its_kind,
    from amounts
    group by all
),

chosen as (
    select * from sources
    qualify row_number() over (
        partition by department_id, reporting_scope, fiscal_year, phase, fund, spending_kind
        order by is_of_its_kind desc, amounts desc, document_id asc
    ) = 1
)

select
    amounts.department_id,
    amounts.reporting_scope,
    amounts.fiscal_year,
    amounts.phase,
    amounts.fund,
    amounts.spending_kind,
    coalesce(amounts.class_code, 'all') as function_class_code,
    amounts.document_id,
    try_cast(sum(amounts.amount_yuan) as decimal(18, 2)) as amount_yuan,
from amounts
inner join chosen
    on
        amounts.document_id = chosen.document_id
        and amounts.department_id = chosen.department_id
        and amounts.reporting_scope = chosen.reporting_scope
        and amounts.fiscal_year = chosen.fiscal_year
        and amounts.phase = chosen.phase
        and amounts.fund = chosen.fund
        and amounts.spending_kind = chosen.spending_kind
group by all
