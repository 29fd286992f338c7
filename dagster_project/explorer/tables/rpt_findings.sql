-- Grain: one row per finding: an independent cause of violated equations.

select
    finding_id,
    document_id,
    form_number,
    severity,
    sentence_zh,
    sentence_en,
    cast(100 * difference_yuan as bigint) as difference_fen,
    equations,
from marts.rpt_findings
order by document_id, severity, abs(difference_yuan) desc, finding_id
