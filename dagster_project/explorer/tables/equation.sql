-- Grain: one row per balance equation; shards: documents. equation_number, by which terms name it,
-- is its place in the file, which leaves it out.

select
    checks.document_id,
    checks.equation_id,
    checks.description,
    identities.description as identity_en,
    cast(100 * checks.left_yuan as bigint) as left_fen,
    cast(100 * checks.right_yuan as bigint) as right_fen,
    cast(100 * checks.difference_yuan as bigint) as difference_fen,
    cast(100 * checks.tolerance_yuan as bigint) as tolerance_fen,
    checks.verdict,
    causes.cause_id as finding_id,
    cast(row_number() over (
        partition by checks.document_id
        order by checks.identity, checks.description, checks.equation_id
    ) as integer) as equation_number,
from quality.balance_checks as checks
inner join catalogue.balance_identities as identities on checks.identity = identities.identity
left join quality.causes as causes on checks.equation_id = causes.equation_id
order by checks.document_id, equation_number
