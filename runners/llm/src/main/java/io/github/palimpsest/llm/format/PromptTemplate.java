package io.github.palimpsest.llm.format;

import java.util.Locale;

/** Makes a prompt from an instruction. The response follows the prompt directly. */
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
  /** The instruction, the input on a separate line, and a line break; for tiny models. */
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
   * @param system the text before all instructions, which replaces the template's own introduction;
   *     empty for the introduction
   * @param instruction the task that the response answers
   * @param input the input of the instruction; empty for none
   */
  public abstract String prompt(String system, String instruction, String input);

  /** The text between a response and the next one of the same record. */
  public abstract String next(String instruction, String input);

  /** The word in experiments and options. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
