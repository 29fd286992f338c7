-- 哪里不平？
-- What does not balance?

select
    department_name,
    fiscal_year,
    form_number,
    severity,
    difference_yuan,
    sentence_zh,
from marts.rpt_findings
order by all;
