-- Grain: one row per amount that may be to blame for a finding; the three likeliest.

select
    suspects.cause_id as finding_id,
    suspects.document_id,
    suspects.line_id,
    suspects.suspect_rank,
    cast(100 * suspects.proposed_yuan as bigint) as proposed_fen,
    line.form_number,
    line.label,
    line.column_path,
    line.printed_text,
from quality.suspects as suspects
left join line on suspects.line_id = line.line_id
where suspects.suspect_rank <= 3
order by suspects.document_id, suspects.cause_id, suspects.suspect_rank, suspects.line_id
