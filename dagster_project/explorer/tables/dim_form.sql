-- Grain: one row per form of the catalogue.

select
    form,
    form_name,
    form_name_en,
from catalogue.forms
order by form
