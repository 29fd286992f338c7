-- 检验了哪些勾稽关系，结果如何？
-- Which identities were tested, with what verdicts?

select
    identity,
    count(*) as equations,
    count(*) filter (verdict like 'holds%') as hold,
    count(*) filter (verdict = 'violated') as violated,
    count(*) filter (verdict = 'not_computable') as not_computable,
from quality.balance_checks
group by all
order by equations desc, identity asc
limit 15;
