import js from "@eslint/js";

export default [
  { ignores: [".venv/", "data/"] },
  js.configs.recommended,
  {
    rules: {
      "no-undef": "off", // the type checker knows what the browser has
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      curly: ["error", "multi-line"],
      eqeqeq: "error",
      "max-len": ["error", { code: 100, ignoreStrings: true, ignoreTemplateLiterals: true }],
      "max-lines": ["error", { max: 250 }], // so no class is longer either
      "no-shadow": "error",
      "no-var": "error",
      "object-shorthand": "error",
      "prefer-const": "error",
    },
  },
];
