-- Invariant: every violated equation belongs to exactly one finding. If this fails silently, a
-- document's error is not told, or told twice.

select checks.equation_id
from {{ ref('balance_checks') }} as checks
left join {{ ref('causes') }} as causes on checks.equation_id = causes.equation_id
left join {{ ref('rpt_findings') }} as findings on causes.cause_id = findings.finding_id
where checks.verdict = 'violated'
group by checks.equation_id
having count(findings.finding_id) <> 1
