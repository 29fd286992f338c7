-- Grain: one row per project. Key: project_id.
-- A project's total in each phase, its results and the number of its indicators. Where the row of
-- the total prints nothing in a phase, the sum of the funding sources stands in its place.

with amounts as (
    select
        project_id,
        phase,
        arg_min(amount_yuan, (page, row_number, column_number)) filter (
            where amount_role = 'total' and funding_source = 'all'
        ) as total_yuan,
        sum(amount_yuan) filter (
            where amount_role = 'component' and funding_source <> 'all'
        ) as funds_yuan,
        -- One damaged source makes the sum of the sources worthless.
        bool_and(amount_yuan is not null) filter (
            where amount_role = 'component' and funding_source <> 'all'
        ) as are_funds_read,
        arg_min(amount_yuan, (page, row_number, column_number)) filter (
            where amount_role = 'component' and funding_source = 'all' and section = '项目名称'
        ) as part_yuan,
        bool_or(amount_role = 'total' and funding_source = 'all') as has_total,
    from {{ ref('fct_project') }}
    where phase is not null
    group by project_id, phase
),

phases as (
    select
        project_id,
        phase,
        try_cast(
            case
                when has_total then total_yuan
                when are_funds_read then funds_yuan
                else part_yuan
            end as decimal(18, 2)
        ) as amount_yuan,
    from amounts
),

projects as (
    select
        project_id,
        any_value(document_id) as document_id,
        any_value(department_id) as department_id,
        any_value(fiscal_year) as fiscal_year,
        any_value(form) as form,
        any_value(form_number) as form_number,
        any_value(project_name) as project_name,
        any_value(parent_project_id) as parent_project_id,
        any_value(supervising_department) as supervising_department,
        any_value(implementing_unit) as implementing_unit,
        min(page) as page,
    from {{ ref('fct_project') }}
    group by project_id
),

results as (
    select
        project_id,
        any_value(rating) filter (where item = 'execution_rate') as execution_rate,
        any_value(rating) filter (where item = 'total_score') as total_score,
        any_value(printed_text) filter (where item = 'grade') as grade,
    from {{ ref('fct_project_rating') }}
    group by project_id
),

indicators as (
    select
        project_id,
        count(*) as indicator_count,
    from {{ ref('fct_performance_indicator') }}
    group by project_id
)

select
    projects.project_id,
    projects.document_id,
    projects.department_id,
    projects.fiscal_year,
    projects.form,
    projects.form_number,
    projects.project_name,
    projects.parent_project_id,
    projects.supervising_department,
    projects.implementing_unit,
    max(phases.amount_yuan) filter (where phases.phase = 'initial_budget') as initial_budget_yuan,
    max(phases.amount_yuan) filter (where phases.phase = 'adjusted_budget')
        as adjusted_budget_yuan,
    max(phases.amount_yuan) filter (where phases.phase = 'final_account') as final_account_yuan,
    results.execution_rate,
    results.total_score,
    results.grade,
    coalesce(indicators.indicator_count, 0) as indicator_count,
    projects.page,
from projects
left join phases on projects.project_id = phases.project_id
left join results on projects.project_id = results.project_id
left join indicators on projects.project_id = indicators.project_id
group by all
