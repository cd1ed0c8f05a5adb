-- The data-quality score is a weighted mean: its weights are positive and add up to 1.
select sum(cast(weight as decimal(4, 3))) as total
from {{ ref('quality_weights') }}
having
    sum(cast(weight as decimal(4, 3))) <> 1
    or min(cast(weight as decimal(4, 3))) <= 0
    or count(*) <> 6
