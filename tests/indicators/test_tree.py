import pytest

from etl.errors import MethodError
from indicators.tree import Node, Tree


def two_indices() -> Tree:
    return Tree(
        (
            Node("attractivite", method="geometric"),
            Node("rayonnement", method="geometric"),
            Node("qualite", "attractivite"),
            Node("notoriete", "rayonnement"),
            Node("emploi", "qualite"),
            Node("offre@qualite", "qualite", weight=3, column="offre"),
            Node("offre@notoriete", "notoriete", column="offre"),
        )
    )


def test_a_tree_may_have_several_indices_and_one_column_may_serve_two_pillars():
    tree = two_indices()
    assert tree.roots == ("attractivite", "rayonnement")
    assert tree.columns == ("emploi", "offre")
    assert tree.leaves_under("attractivite") == ("emploi", "offre@qualite")


def test_aggregates_come_after_everything_below_them():
    tree = Tree((Node("d", "c"), Node("a"), Node("c", "b"), Node("b", "a"), Node("e", "a")))
    assert tree.aggregates == ("c", "b", "a")
    assert tree.height("a") == 3


def test_removing_the_last_indicator_of_a_pillar_removes_the_pillar():
    assert two_indices().without("offre@notoriete").codes == (
        "attractivite",
        "qualite",
        "emploi",
        "offre@qualite",
    )


def test_a_weight_vector_changes_only_the_weights_named():
    tree = two_indices()
    assert tree.weight_vector({"emploi": 2}).tolist() == [1, 1, 1, 1, 2, 3, 1]


@pytest.mark.parametrize(
    ("nodes", "offender", "rule"),
    [
        ((Node("a"), Node("b", "a"), Node("b", "a")), "b", "twice"),
        ((Node("a"), Node("b", "x"), Node("c", "a")), "b", "not in the tree"),
        ((Node("a"), Node("b", "a"), Node("lone")), "lone", "neither parent nor children"),
        ((Node("a", "b"), Node("b", "a")), "a", "a → b → a"),
        ((Node("r"), Node("x", "r"), Node("a", "a")), "a", "circle"),
        ((Node("a"), Node("b", "a", weight=-1)), "b", "-1"),
        ((Node("a"), Node("b", "a", weight=float("nan"))), "b", "nan"),
        ((Node("a"), Node("b", "a", weight=0), Node("c", "a", weight=0)), "a", "all zero"),
        ((Node("a", coverage=1.2), Node("b", "a")), "a", "coverage"),
        ((Node("a"), Node("", "a")), "tree", "no code"),
        ((), "tree", "no node"),
    ],
)
def test_an_unsound_tree_is_refused_by_name_with_a_remedy(nodes, offender, rule):
    with pytest.raises(MethodError) as refusal:
        Tree(nodes)
    assert offender in refusal.value.where
    assert rule in refusal.value.rule
    assert refusal.value.remedy


def test_a_weight_for_an_unknown_code_is_refused_with_the_known_ones():
    with pytest.raises(MethodError, match=r"Known codes: .*qualite"):
        two_indices().weight_vector({"qualité": 1})
