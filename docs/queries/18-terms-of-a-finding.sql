-- 为什么不平：等式两边的每一项
-- Why does this document not balance? The equation of each finding, term by term
-- One document: add `and findings.file_path = '…'`. A sum has its terms on the right; the two sides
-- differ by difference_yuan, and look_at marks the likeliest figure with what would balance.

select
    findings.file_path,
    checks.description,
    findings.difference_yuan,
    terms.side,
    terms.sign * terms.amount_yuan as term_yuan,
    prints.form_number,
    prints.page,
    prints.row_number as print_row,
    prints.label,
    prints.printed_text,
    case when suspects.suspect_rank = 1 then suspects.proposed_yuan end as would_balance_yuan,
from marts.rpt_findings as findings
inner join quality.balance_checks as checks using (equation_id)
inner join quality.balance_terms as terms using (equation_id)
inner join quality.printed_terms as prints using (line_id)
left join quality.suspects as suspects
    on findings.finding_id = suspects.cause_id and terms.line_id = suspects.line_id
order by
    findings.file_path, checks.equation_id, terms.side, prints.page, prints.row_number,
    prints.column_number, prints.printed_text
limit 40;
