-- Grain: one row per term of an equation; shards: documents. Lines and equations are named by
-- their numbers in the document. A term without a line is a form of which nothing could be read.

select
    equation.document_id,
    equation.equation_number,
    terms.side,
    cast(terms.sign as integer) as sign,
    line.line_number,
    cast(100 * terms.amount_yuan as bigint) as amount_fen,
from quality.balance_terms as terms
inner join equation on terms.equation_id = equation.equation_id
left join line on terms.line_id = line.line_id
order by equation.document_id, equation.equation_number, terms.side, line.line_number
