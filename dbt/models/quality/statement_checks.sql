-- Grain: one row per statement that is not a sum of money; see int_statement_checks. Key:
-- statement_id. A part of a file that binds several documents is told by its file.

select * replace ({{ file_of('document_id') }} as document_id)
from {{ ref('int_statement_checks') }}
