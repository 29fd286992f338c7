-- 为什么不平：等式两边的每一项
-- Why does it not balance? Every term of the violated equations

select
    checks.description,
    checks.difference_yuan,
    terms.side,
    terms.sign,
    terms.amount_yuan,
    facts.form_number,
    facts.label,
    facts.page,
from quality.balance_checks as checks
inner join quality.balance_terms as terms using (equation_id)
left join marts.fct_budget_line as facts using (line_id)
where checks.verdict = 'violated'
order by checks.equation_id, terms.side, facts.form_number, facts.label, terms.amount_yuan
limit 12;
