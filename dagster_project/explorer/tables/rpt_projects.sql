-- Grain: one row per project with amounts; shards: departments. Rates and scores as text, because
-- they are printed numbers.

select
    coalesce(department_id, 'none') as department_id,
    project_id,
    cast(100 * initial_budget_yuan as bigint) as initial_budget_fen,
    cast(100 * adjusted_budget_yuan as bigint) as adjusted_budget_fen,
    cast(100 * final_account_yuan as bigint) as final_account_fen,
    rtrim(rtrim(cast(execution_rate as varchar), '0'), '.') as execution_rate,
    rtrim(rtrim(cast(total_score as varchar), '0'), '.') as total_score,
    grade,
from marts.rpt_projects
order by document_id, page, project_id
