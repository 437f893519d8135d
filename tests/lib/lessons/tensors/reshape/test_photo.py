import numpy as np
import pytest
import torch

from lib.lessons.tensors.reshape import photo as photos


def test_the_photo_is_a_real_one_of_the_size_its_notes_say():
    photo = photos.photo()
    assert photo.shape == (80, 120, 3)
    assert photo.dtype == np.uint8
    assert photo.std() > 30
    assert photo[..., 0].mean() > photo[..., 2].mean()  # a ginger cat is more red than blue


def test_permute_keeps_every_plane_and_reshape_mixes_the_colors():
    photo = photos.photo()
    kept = photos.channels_first(photos.permuted)
    np.testing.assert_array_equal(kept.planes, photo.transpose((2, 0, 1)))
    assert kept.shares_memory
    assert not kept.is_contiguous
    assert kept.red == kept.read == tuple(photo[0, :4, 0].tolist())
    mixed = photos.channels_first(photos.reshaped)
    assert mixed.shape == kept.shape
    np.testing.assert_array_equal(mixed.planes.ravel(), photo.ravel())
    assert mixed.read == tuple(photo.ravel()[:4].tolist()) != mixed.red
    lying = photos.channels_first(photos.transposed)
    np.testing.assert_array_equal(lying.planes, photo.T)


def test_each_way_is_named_by_its_call():
    image = torch.from_numpy(photos.photo())
    for name, way in photos.WAYS.items():
        method, _, rest = name.rstrip(")").partition("(")
        expected = getattr(image, method)(*map(int, rest.split(", ")))
        assert torch.equal(way(image), expected)


def test_another_way_is_refused():
    with pytest.raises(ValueError, match="way=view is not one of: permuted"):
        photos.channels_first(torch.Tensor.view)
