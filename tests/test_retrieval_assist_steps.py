"""Steps as a model writes them: what can be meant so becomes a plan, the rest is dropped."""

import pytest

from retrieval.assist.steps import Written, plan_of
from retrieval.question.plan import Change, Comparison, Condition, Direction, Fold, FoldKind, Grouping, Having, Plan, Sorted, Top


@pytest.mark.parametrize(
    ("written", "steps"),
    [
        ({"op": "above", "value": 100, "unit": "件"}, (Condition(Comparison.ABOVE, 100, "件"),)),
        ({"op": "between", "value": 200, "upper": 100}, (Condition(Comparison.BETWEEN, 100, "", 200),)),
        ({"op": "top", "count": 3}, (Top(3),)),
        ({"op": "bottom"}, (Top(least=True),)),
        ({"op": "nth", "count": 2}, (Top(2, only=True),)),
        ({"op": "rise", "percent": True}, (Change(Direction.RISE, percent=True),)),
        ({"op": "none"}, (Having(had=False),)),
        ({"op": "ascending"}, (Sorted(rising=True),)),
        ({"op": "mean"}, (Fold(FoldKind.MEAN),)),
        ({"op": "above", "value": 37.6}, ()),  # nobody said 37.6
        ({"op": "between", "value": 100}, ()),
        ({"op": "above"}, ()),
        ({"op": "top", "count": -1}, ()),
        ({"op": "top", "count": 10**9}, ()),
        ({"op": "__import__"}, ()),
    ],
)
def test_a_step_that_can_be_meant_is_one_and_any_other_is_dropped(written: dict[str, object], steps: tuple[object, ...]) -> None:
    assert plan_of([Written.model_validate(written)], "", "超过100件不到200件的镇").steps == steps


def test_the_steps_keep_their_order_and_an_endless_plan_is_cut() -> None:
    plan = plan_of([Written(op="top", count=3), Written(op="sum")] * 20, "county", "")
    assert plan.steps[:2] == (Top(3), Fold(FoldKind.SUM)) and len(plan.steps) == 6
    assert plan.group is Grouping.COUNTY
    assert plan_of([], "planet", "") == Plan()
