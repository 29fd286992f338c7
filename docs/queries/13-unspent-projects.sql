-- 哪些项目没有花完？
-- Projects that did not spend what they had

with projects as (
    select
        project_id,
        project_name,
        fiscal_year,
        max(amount_yuan) filter (phase = 'adjusted_budget') as budget_yuan,
        max(amount_yuan) filter (phase = 'final_account') as spent_yuan,
    from marts.fct_project
    where amount_role = 'total' and funding_source = 'all'
    group by all
)

select
    project_name,
    fiscal_year,
    budget_yuan,
    spent_yuan,
    budget_yuan - spent_yuan as unspent_yuan,
    round(100 * spent_yuan / nullif(budget_yuan, 0), 2) as execution_percentage,
from projects
where spent_yuan < budget_yuan
order by unspent_yuan desc, project_name asc;
