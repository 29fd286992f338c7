-- Grain: one row per statement that is not a sum of money, with what follows from the amounts that
-- the document prints. Key: statement_id. Shares, growth rates and rates of completion that prose
-- states (文表一致), rates of execution that forms print, weights and scores of performance forms, and
-- the names that stand beside account codes. It holds if it is right of one of the amounts that its
-- words may mean; a percentage may be off by its last digit.

select * replace ({{ file_of('document_id') }} as document_id)
from {{ ref('int_statement_checks') }}
