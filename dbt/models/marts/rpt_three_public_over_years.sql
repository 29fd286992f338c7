-- Grain: one row per department, scope, year and phase: the three public expenses (“三公”经费).
-- Of several documents that print a year the one of its own kind with most amounts is taken.

with amounts as (
    select
        lines.*,
        documents.document_kind,
    from {{ ref('fct_three_public') }} as lines
    inner join {{ ref('dim_document') }} as documents on lines.document_id = documents.document_id
    where
        lines.measure = 'money'
        and lines.amount_yuan is not null
        and lines.form <> 'budget_government_fund_three_public'
),

sources as (
    select
        department_id,
        reporting_scope,
        -- A form may print the year before beside its own.
        fiscal_year - cast(phase in ('prior_year_budget', 'prior_year_final_account') as integer)
            as fiscal_year,
        case phase
            when 'prior_year_budget' then 'initial_budget'
            when 'prior_year_final_account' then 'final_account'
            else phase
        end as phase,
        document_id,
        phase in ('prior_year_budget', 'prior_year_final_account') as is_looked_back,
        count(*) as amounts,
        any_value((phase = 'final_account') = (document_kind = 'final_account')) as is_of_its_kind,
        max(amount_yuan) filter (where expense_item = 'three_public_total') as total_yuan,
        max(amount_yuan) filter (where expense_item = 'three_public_abroad') as abroad_yuan,
        max(amount_yuan) filter (where expense_item = 'three_public_vehicle') as vehicle_yuan,
        max(amount_yuan) filter (
            where expense_item = 'three_public_vehicle_purchase'
        ) as vehicle_purchase_yuan,
        max(amount_yuan) filter (
            where expense_item = 'three_public_vehicle_running'
        ) as vehicle_running_yuan,
        max(amount_yuan) filter (where expense_item = 'three_public_reception') as reception_yuan,
    from amounts
    where department_id is not null
    group by all
)

select
    department_id,
    reporting_scope,
    fiscal_year,
    phase,
    document_id,
    total_yuan,
    abroad_yuan,
    vehicle_yuan,
    vehicle_purchase_yuan,
    vehicle_running_yuan,
    reception_yuan,
from sources
qualify row_number() over (
    partition by department_id, reporting_scope, fiscal_year, phase
    order by is_looked_back asc, is_of_its_kind desc, amounts desc, document_id asc
) = 1
