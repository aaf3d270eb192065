package io.github.palimpsest.llm.format;

/** How an instruction becomes a prompt. The response follows it without anything between. */
public enum PromptTemplate {
  /** The template of Stanford Alpaca (tatsu-lab/stanford_alpaca, {@code train.py}), 2023. */
  ALPACA {
    @Override
    public String prompt(String system, String instruction, String input) {
      String introduction =
          input.isEmpty()
              ? "Below is an instruction that describes a task. Write a response that appropriately"
                  + " completes the request."
              : "Below is an instruction that describes a task, paired with an input that provides"
                  + " further context. Write a response that appropriately completes the request.";
      return (system.isEmpty() ? introduction : system) + next(instruction, input);
    }

    @Override
    public String next(String instruction, String input) {
      return "\n\n### Instruction:\n"
          + instruction
          + (input.isEmpty() ? "" : "\n\n### Input:\n" + input)
          + "\n\n### Response:";
    }
  },
  /** The instruction, the input on a line of its own, a line break: for tiny models. */
  PLAIN {
    @Override
    public String prompt(String system, String instruction, String input) {
      return (system.isEmpty() ? "" : system + "\n")
          + instruction
          + "\n"
          + (input.isEmpty() ? "" : input + "\n");
    }

    @Override
    public String next(String instruction, String input) {
      return "\n" + prompt("", instruction, input);
    }
  };

  /**
   * The text before the first response.
   *
   * @param system what the model is told before all instructions, in place of the template's own
   *     introduction; empty for that
   * @param instruction what is asked
   * @param input what it is asked about; empty for none
   */
  public abstract String prompt(String system, String instruction, String input);

  /** The text between a response and the next one of the same record. */
  public abstract String next(String instruction, String input);
}
