-- Grain: one row per amount that the additive facts count. Key: line_id.
-- The leaves of the universes, without those whose sum is known to be wrong.

select leaves.*
from {{ ref('int_expenditure_leaves') }} as leaves
anti join {{ ref('withheld_sums') }} as withheld
    on leaves.universe_id = withheld.universe_id and leaves.axis = withheld.axis
