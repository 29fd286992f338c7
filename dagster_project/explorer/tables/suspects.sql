-- Grain: one row per amount that may be to blame for a finding; the three likeliest.

select
    cause_id as finding_id,
    document_id,
    line_id,
    suspect_rank,
    cast(100 * proposed_yuan as bigint) as proposed_fen,
from quality.suspects
where suspect_rank <= 3
order by all
