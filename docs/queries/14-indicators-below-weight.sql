-- 哪些绩效指标没有得满分？
-- Indicators that did not get their full score

select
    project_name,
    indicator,
    target,
    actual,
    weight,
    score,
    deviation_reason,
from marts.fct_performance_indicator
where try_cast(score as decimal(9, 2)) < try_cast(weight as decimal(9, 2))
order by project_name, ordinal, indicator;
