-- 为什么不平：等式两边的每一项
-- Why does this document not balance? The equation of each finding, term by term
-- The left sides less the right sides are difference_yuan. Of one document: where file_path = '…'.
-- Which figure is the likeliest to be wrong, if one is, says rpt_findings.sentence_zh.

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
    prints.column_path,
    prints.printed_text,
from marts.rpt_findings as findings
inner join quality.balance_checks as checks using (equation_id)
inner join quality.balance_terms as terms using (equation_id)
inner join quality.printed_terms as prints using (line_id)
order by
    findings.file_path, checks.equation_id, terms.side, prints.page, prints.row_number,
    prints.column_number, prints.printed_text
limit 40;
