-- Invariant: a code is all, or 3, 5 or 7 digits of a function, or 3 or 5 digits of an economic
-- class. If this fails silently, an amount hangs under no class and disappears from every roll-up.

select
    line_id,
    document_id,
    function_code,
    economic_code,
from {{ ref('stg_lines') }}
where
    {{ code_level('function_code') }} is null
    or {{ code_level('economic_code') }} is null
    or {{ code_level('economic_code') }} = 'item'
