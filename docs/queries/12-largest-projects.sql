-- 最大的项目有哪些？
-- The largest projects

select
    projects.project_name,
    projects.fiscal_year,
    max(projects.amount_yuan) filter (projects.phase = 'adjusted_budget') as adjusted_budget_yuan,
    max(projects.amount_yuan) filter (projects.phase = 'final_account') as final_account_yuan,
from marts.fct_project as projects
where
    projects.amount_role = 'total' and projects.funding_source = 'all'
    and projects.form = 'final_account_project_performance'
group by all
order by final_account_yuan desc nulls last, projects.project_name asc
limit 10;
