package io.github.palimpsest.llm.text;

/** How an instruction becomes a prompt. The response follows it without anything between. */
public enum PromptTemplate {
  /** The template of Stanford Alpaca (tatsu-lab/stanford_alpaca, {@code train.py}), 2023. */
  ALPACA {
    @Override
    public String prompt(String instruction, String input) {
      return input.isEmpty()
          ? "Below is an instruction that describes a task. Write a response that appropriately"
              + " completes the request.\n\n### Instruction:\n"
              + instruction
              + "\n\n### Response:"
          : "Below is an instruction that describes a task, paired with an input that provides"
              + " further context. Write a response that appropriately completes the"
              + " request.\n\n### Instruction:\n"
              + instruction
              + "\n\n### Input:\n"
              + input
              + "\n\n### Response:";
    }
  },
  /** The instruction, the input on a line of its own, a line break: for tiny models. */
  PLAIN {
    @Override
    public String prompt(String instruction, String input) {
      return instruction + "\n" + (input.isEmpty() ? "" : input + "\n");
    }
  };

  /**
   * The text before the response.
   *
   * @param instruction what is asked
   * @param input what it is asked about; empty for none
   */
  public abstract String prompt(String instruction, String input);
}
