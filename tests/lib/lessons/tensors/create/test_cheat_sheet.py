import ast
import inspect

from lib.core.isolation import call_alone
from lib.lessons.tensors.create import cheat_sheet


def test_each_line_of_the_sheet_runs_the_very_code_it_is_named_by():
    tree = ast.parse(inspect.getsource(cheat_sheet))
    lambdas = [node.body for node in ast.walk(tree) if isinstance(node, ast.Lambda)]
    assert [ast.unparse(body) for body in lambdas] == list(cheat_sheet.LINES)
    assert all(comment for _, comment in cheat_sheet.LINES.values())


def test_the_lines_give_these_sizes_and_dtypes():
    lines = call_alone(cheat_sheet.run_lines, {})
    assert [(line.size, line.dtype) for line in lines] == [
        ("torch.Size([5, 3])", "torch.float32"),
        ("torch.Size([5, 3])", "torch.float32"),
        ("torch.Size([5, 3])", "torch.int64"),
        ("torch.Size([2])", "torch.float32"),
        ("torch.Size([5, 3])", "torch.float64"),
        ("torch.Size([5])", "torch.float32"),
        ("torch.Size([5])", "torch.float32"),
    ]
