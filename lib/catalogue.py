"""The register of lessons: one row each. Navigation, the map and the tests are built from it."""

from typing import NamedTuple

from lib.core.i18n import mark


class Lesson(NamedTuple):
    """One lesson.

    Attributes:
        slug: its name everywhere: file, URL path, prefix of its widgets' keys.
        section: the folder it lives in, under pages/ and lib/lessons/.
        title: what the visitor reads in the navigation.
        goal: what you can do afterwards, in one sentence.
        minutes: how long it takes to play through.
        icon: a Material symbol.
        docs: the matching page of the official documentation.
        terms: further words that find it in the search.
    """

    slug: str
    section: str
    title: str
    goal: str
    minutes: int
    icon: str
    docs: str
    terms: str

    @property
    def package(self) -> str:
        """The package that holds all it computes and draws."""
        return f"lib.lessons.{self.section}.{self.slug}"


SECTIONS = {
    "tensors": mark("Tensors"),
    "autograd": mark("Autograd"),
    "data": mark("Data"),
    "models": mark("Models"),
    "training": mark("Training"),
    "inside": mark("Look inside"),
    "scale": mark("Scale up"),
}

LESSONS = (
    Lesson(
        slug="create",
        section="tensors",
        title=mark("Make a tensor"),
        goal=mark("Make the tensor you want, and say what is in it and how much memory it takes."),
        minutes=10,
        icon=":material/add_box:",
        docs="https://docs.pytorch.org/docs/stable/torch.html#creation-ops",
        terms="empty zeros ones full rand randn randint arange linspace eye tensor new_ones "
        "zeros_like randn_like shape size dtype seed bytes element_size gaussian uniform",
    ),
    Lesson(
        slug="operate",
        section="tensors",
        title=mark("Add, broadcast, convert"),
        goal=mark("Say which shape and dtype two tensors give, and what a conversion loses."),
        minutes=15,
        icon=":material/calculate:",
        docs="https://docs.pytorch.org/docs/stable/notes/broadcasting.html",
        terms="add sub mul div pow matmul maximum plus operator broadcasting broadcast stretch "
        "expand out add_ in place result_type promotion type dtype float long byte FloatTensor to "
        "overflow truncation wrap uint8 cast",
    ),
    Lesson(
        slug="index",
        section="tensors",
        title=mark("Pick elements"),
        goal=mark("Pick any elements of a tensor, and know whether you hold a view or a copy."),
        minutes=15,
        icon=":material/select_all:",
        docs="https://docs.pytorch.org/docs/stable/torch.html#indexing-slicing-joining-mutating-ops",
        terms="index slice slicing mask boolean None newaxis ellipsis list gather index_select "
        "take view copy stride offset negative step where nonzero",
    ),
    Lesson(
        slug="reshape",
        section="tensors",
        title=mark("View, reshape, permute"),
        goal=mark("Tell how a tensor reads its memory, and which change of shape makes a copy."),
        minutes=15,
        icon=":material/grid_on:",
        docs="https://docs.pytorch.org/docs/stable/tensor_view.html",
        terms="view reshape transpose permute squeeze unsqueeze flatten expand contiguous stride "
        "storage shape axis dim image channel H W C",
    ),
    Lesson(
        slug="numpy_bridge",
        section="tensors",
        title=mark("To NumPy and back"),
        goal=mark("Tell whether a tensor and an array are one piece of memory or two."),
        minutes=10,
        icon=":material/sync_alt:",
        docs="https://docs.pytorch.org/docs/stable/generated/torch.from_numpy.html",
        terms="from_numpy as_tensor numpy item copy share memory clone dtype",
    ),
    Lesson(
        slug="gradients",
        section="autograd",
        title=mark("What backward() leaves behind"),
        goal=mark("Say what backward() puts into x.grad, before you run it."),
        minutes=15,
        icon=":material/trending_down:",
        docs="https://docs.pytorch.org/docs/stable/notes/autograd.html",
        terms="autograd requires_grad backward grad_fn no_grad detach retain_graph leaf chain rule",
    ),
    Lesson(
        slug="descent",
        section="autograd",
        title=mark("Walk downhill"),
        goal=mark("Choose an optimizer and a learning rate, and tell beforehand where they lead."),
        minutes=20,
        icon=":material/downhill_skiing:",
        docs="https://docs.pytorch.org/docs/stable/optim.html",
        terms="optim optimizer SGD momentum Nesterov Adagrad RMSprop Adam AdamW LBFGS zero_grad "
        "step learning rate lr scheduler cosine closure diverge nan Rosenbrock Himmelblau",
    ),
    Lesson(
        slug="custom_function",
        section="autograd",
        title=mark("Write your own autograd function"),
        goal=mark("Write forward and backward of an autograd function, and check that they agree."),
        minutes=20,
        icon=":material/function:",
        docs="https://docs.pytorch.org/docs/stable/notes/extending.html",
        terms="Function forward backward ctx save_for_backward gradcheck finite difference "
        "straight-through surrogate sign round clamp relu legendre custom layer",
    ),
    Lesson(
        slug="batching",
        section="data",
        title=mark("Dataset, DataLoader"),
        goal=mark("Say which samples come in which batch, and who loads them meanwhile."),
        minutes=15,
        icon=":material/stacks:",
        docs="https://docs.pytorch.org/docs/stable/data.html",
        terms="TensorDataset DataLoader batch_size shuffle num_workers drop_last sampler epoch "
        "prefetch_factor collate_fn worker process WeightedRandomSampler spawn fork iter next",
    ),
    Lesson(
        slug="preprocess",
        section="data",
        title=mark("From pixels to tensors"),
        goal=mark("Bring a picture into the shape and range a network wants, and see what breaks."),
        minutes=20,
        icon=":material/image:",
        docs="https://docs.pytorch.org/vision/stable/transforms.html",
        terms="torchvision transforms v2 Compose ToImage ToTensor ToDtype Resize CenterCrop "
        "RandomCrop flip rotation ColorJitter augmentation Normalize mean std ImageNet H W C BGR "
        "uint8 float histogram WrappedDataLoader preprocess get_data upload camera photo",
    ),
    Lesson(
        slug="layers",
        section="models",
        title=mark("What each layer does"),
        goal=mark("Say which shape a layer returns, how many numbers it learns, and why."),
        minutes=20,
        icon=":material/layers:",
        docs="https://docs.pytorch.org/docs/stable/nn.html",
        terms="nn Linear Conv2d ConvTranspose2d MaxPool2d AvgPool2d BatchNorm2d LayerNorm "
        "Embedding Dropout Flatten LSTM ReLU GELU Sigmoid Tanh Softmax MSELoss L1Loss "
        "CrossEntropyLoss BCEWithLogitsLoss convolution pooling kernel filter stride padding "
        "dilation groups channels parameters criterion batch_first eval",
    ),
    Lesson(
        slug="build",
        section="models",
        title=mark("Put layers together"),
        goal=mark("Build a network in which every shape fits, and say what it costs."),
        minutes=20,
        icon=":material/account_tree:",
        docs="https://docs.pytorch.org/docs/stable/generated/torch.nn.Sequential.html",
        terms="nn Module Sequential Lambda forward __init__ custom network layers shape "
        "in_features in_channels parameters multiply-adds memory summary torchinfo fx graph "
        "AvgPool2d LeNet LSTM TwoLayerNet ModuleList Adam SGD optimizer",
    ),
    Lesson(
        slug="pretrained",
        section="models",
        title=mark("Stand on a trained network"),
        goal=mark("Put a new head on a trained network, and say what trains and what it is worth."),
        minutes=20,
        icon=":material/foundation:",
        docs="https://docs.pytorch.org/vision/stable/models.html",
        terms="pretrained transfer learning fine-tuning weights ImageNet MobileNetV2 resnet18 "
        "resnet50 freeze requires_grad_ children create_feature_extractor features embed embedding "
        "head linear probe normalize eval dropout batch norm top-k PCA",
    ),
    Lesson(
        slug="loop",
        section="training",
        title=mark("The five steps, live"),
        goal=mark("Train a network step by step, and tell from its numbers what is wrong."),
        minutes=25,
        icon=":material/play_circle:",
        docs="https://docs.pytorch.org/tutorials/beginner/basics/optimization_tutorial.html",
        terms="train eval epoch batch optimizer zero_grad backward step loss overfitting spiral",
    ),
    Lesson(
        slug="classify",
        section="training",
        title=mark("A real image classifier"),
        goal=mark("Train a classifier on real images, and tell how good it is and where it errs."),
        minutes=20,
        icon=":material/image_search:",
        docs="https://docs.pytorch.org/tutorials/beginner/nn_tutorial.html",
        terms="Fashion-MNIST images labels Sequential Lambda AvgPool2d Mnist_Logistic CNN conv "
        "CrossEntropy momentum SGD validation accuracy confusion matrix calibration overfitting "
        "augmentation batch norm dropout eval shuffle photo",
    ),
    Lesson(
        slug="save_load",
        section="training",
        title=mark("Keep what you learned"),
        goal=mark("Save a network, load what fits of it, and tell what was not loaded."),
        minutes=20,
        icon=":material/save:",
        docs="https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html",
        terms="save load state_dict load_state_dict checkpoint strict missing unexpected keys size "
        "mismatch module DataParallel weights_only pickle safetensors map_location resume "
        "optimizer state pt pth upload partial filter whole model",
    ),
    Lesson(
        slug="filters",
        section="inside",
        title=mark("What the network sees"),
        goal=mark("Say what a kernel does to a picture, and get the same of OpenCV and PyTorch."),
        minutes=20,
        icon=":material/filter_b_and_w:",
        docs="https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html",
        terms="filter kernel feature map convolution cross-correlation filter2D conv2d Conv2d cv2 "
        "OpenCV ddepth border padding_mode zeros reflect replicate circular Sobel Laplacian blur "
        "sharpen emboss edge register_forward_hook hook first layer weights MobileNetV2 BGR "
        "upload camera photo drawing",
    ),
    Lesson(
        slug="charts",
        section="inside",
        title=mark("TensorBoard-style charts"),
        goal=mark("Write what a run does with SummaryWriter, and read the charts."),
        minutes=20,
        icon=":material/monitoring:",
        docs="https://docs.pytorch.org/docs/stable/tensorboard.html",
        terms="TensorBoard SummaryWriter add_scalar add_image add_graph add_histogram "
        "add_embedding add_hparams make_grid event file tfevents log_dir runs tag step smoothing "
        "moving average distribution projector PCA t-SNE nearest neighbors hyperparameters",
    ),
    Lesson(
        slug="devices",
        section="scale",
        title=mark("Where a tensor lives"),
        goal=mark("Say on which device each tensor lives, and choose one on any machine."),
        minutes=15,
        icon=":material/memory:",
        docs="https://docs.pytorch.org/docs/stable/accelerator.html",
        terms="device cuda gpu cpu mps xpu meta to .to() .cuda() is_available accelerator "
        "current_accelerator ones_like pin_memory synchronize benchmark Timer threads matmul "
        "FLOP bfloat16 AVX512 memory_allocated register_buffer criterion",
    ),
    Lesson(
        slug="data_parallel",
        section="scale",
        title=mark("Several devices"),
        goal=mark("Say how a batch is shared out, and why the gradients are those of one device."),
        minutes=20,
        icon=":material/lan:",
        docs="https://docs.pytorch.org/docs/stable/notes/ddp.html",
        terms="DataParallel DistributedDataParallel DDP scatter replicate parallel_apply gather "
        "chunk all-reduce gloo nccl torchrun rank world_size process group DistributedSampler "
        "set_epoch no_sync SyncBatchNorm device_count GPUs several machines nodes rendezvous speed",
    ),
)


def find(slug: str) -> Lesson:
    """Return the lesson named ``slug``.

    Raises:
        ValueError: if there is none, naming those there are.
    """
    for lesson in LESSONS:
        if lesson.slug == slug:
            return lesson
    raise ValueError(f"no lesson {slug!r}; there are: {', '.join(row.slug for row in LESSONS)}")


def by_section() -> dict[str, list[Lesson]]:
    """Return the lessons of each section that has any, in teaching order."""
    rows = {name: [row for row in LESSONS if row.section == name] for name in SECTIONS}
    return {name: lessons for name, lessons in rows.items() if lessons}


def after(slug: str) -> Lesson | None:
    """Return the lesson that follows ``slug``, or None after the last one."""
    position = LESSONS.index(find(slug))
    return LESSONS[position + 1] if position + 1 < len(LESSONS) else None


def search(words: str) -> list[Lesson]:
    """Return the lessons in which every one of ``words`` occurs, in any case; all for none."""
    wanted = words.lower().split()
    return [
        row
        for row in LESSONS
        if all(
            word in f"{row.title} {row.goal} {row.section} {row.terms}".lower() for word in wanted
        )
    ]
