-- 项目依据哪些文件设立？
-- Which policy documents do projects rest on?

select
    project_name,
    instrument_title,
    document_number,
    page,
from marts.fct_policy_basis
order by all;
