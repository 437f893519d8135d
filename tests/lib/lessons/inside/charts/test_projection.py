"""Places and neighbors, against scikit-learn."""

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness
from sklearn.neighbors import NearestNeighbors

from lib.datasets.fashion_mnist import fashion_mnist
from lib.lessons.inside.charts.projection import nearest, pca, tsne

FEATURES = np.random.default_rng(0).normal(size=(500, 16)).astype(np.float32) * np.arange(1, 17)


@pytest.mark.parametrize("dimensions", [2, 3])
def test_pca_is_that_of_scikit_learn(dimensions: int) -> None:
    found = pca(FEATURES, dimensions)
    reference = PCA(dimensions).fit(FEATURES)
    expected = reference.transform(FEATURES)
    signs = np.sign((found.places * expected).sum(axis=0))  # the sign of an axis means nothing
    np.testing.assert_allclose(found.places * signs, expected, rtol=1e-3, atol=1e-3)
    assert found.explained == pytest.approx(reference.explained_variance_ratio_.sum(), rel=1e-4)


def test_pca_of_equal_points() -> None:
    found = pca(np.ones((5, 4), np.float32), 2)
    assert not found.places.any()
    assert found.explained == 1


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_neighbors_are_those_of_scikit_learn(metric: str) -> None:
    reference = NearestNeighbors(n_neighbors=6, metric=metric).fit(FEATURES)
    distances, points = reference.kneighbors(FEATURES[[7]])
    found = nearest(FEATURES, 7, 5, metric)
    assert list(found.points) == points[0, 1:].tolist()
    np.testing.assert_allclose(found.distances, distances[0, 1:], rtol=1e-3)


def test_zeros_have_neighbors() -> None:
    assert np.isfinite(nearest(np.zeros((4, 3), np.float32), 0, 2).distances).all()


def test_they_refuse() -> None:
    with pytest.raises(ValueError, match="metric='taxi' is not one of: cosine, euclidean"):
        nearest(FEATURES, 0, 5, "taxi")
    with pytest.raises(ValueError, match="point=500 is out of range: 0 to 499"):
        nearest(FEATURES, 500, 5)


def test_tsne_keeps_groups_together_and_is_the_same_again() -> None:
    groups = np.random.default_rng(1).normal(size=(40, 8)).astype(np.float32)
    groups[20:] += 50
    places = tsne(groups, 2)
    np.testing.assert_array_equal(places, tsne(groups, 2))
    near = NearestNeighbors(n_neighbors=4).fit(places).kneighbors(places, return_distance=False)
    assert ((near < 20) == (np.arange(40)[:, None] < 20)).all()


@pytest.mark.parametrize("dimensions", [2, 3])
def test_tsne_of_500_pictures_keeps_near_points_near(dimensions: int) -> None:
    """With steps that are too long for so few points, some of them fly off in space."""
    images = fashion_mnist(train=False).images[:500].reshape(500, -1).astype(np.float32) / 255
    features = pca(images, 16).places
    assert trustworthiness(features, tsne(features, dimensions)) > 0.985


@pytest.mark.parametrize("different", [1, 2, 5, 9])
@pytest.mark.parametrize("dimensions", [2, 3])
def test_equal_points_are_placed_together(dimensions: int, different: int) -> None:
    """As after a rate so large that no unit of the layer, or hardly any, is alive."""
    which = np.arange(50) % different
    places = tsne(FEATURES[which], dimensions)
    assert np.isfinite(places).all()
    np.testing.assert_array_equal(places, places[which])
    assert len(np.unique(places.round(5), axis=0)) == different
