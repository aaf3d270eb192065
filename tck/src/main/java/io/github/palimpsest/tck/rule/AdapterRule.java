package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.must;

/** Rules for adapters. */
public enum AdapterRule implements Rule {
  /**
   * At the start the effective weights give the base's outputs: the same bits if that is promised,
   * otherwise to a relative 1e-4.
   */
  PAR_01(
      must(
          "PAR-01",
          "At the start the effective weights give the base's outputs: the same bits if that is"
              + " promised, otherwise to a relative 1e-4.",
          "the initial values: one factor of a product must start at zero")),
  /**
   * An adapter that freezes its base trains none of the base's parameters and changes no tensor of
   * the base.
   */
  PAR_02(
      must(
          "PAR-02",
          "An adapter that freezes its base trains none of the base's parameters and changes no"
              + " tensor of the base.",
          "trainable() lists a parameter of the base, or effective assigns")),
  /**
   * Trainable names are unique, differ from the names of frozen parameters, and have the shapes of
   * their initial values.
   */
  PAR_03(
      must(
          "PAR-03",
          "Trainable names are unique, differ from the names of frozen parameters, and have the"
              + " shapes of their initial values.",
          "names of the adapter's own tensors: derive them from the kernel's name with a suffix")),
  /**
   * Merged weights give the outputs of the adapted model to a relative 1e-4, in every way in which
   * a model uses a tensor.
   */
  PAR_04(
      must(
          "PAR-04",
          "Merged weights give the outputs of the adapted model to a relative 1e-4, in every way in"
              + " which a model uses a tensor.",
          "the scale, alpha/r for LoRA, and the order of the factors in merge")),
  /** Every trainable parameter has received a gradient by the second step. */
  PAR_05(
      must(
          "PAR-05",
          "Every trainable parameter has received a gradient by the second step.",
          "a factor that effective does not use, or two factors that both start at zero")),
  /** Initial values are a function of the generator and the base. */
  PAR_06(
      must(
          "PAR-06",
          "Initial values are a function of the generator and the base.",
          "a random source of its own, or an order that changes")),
  /**
   * If an adapter says that it is additive, a constant added to a tensor of the base is added to
   * the effective tensor, in every way in which a model uses it.
   */
  PAR_07(
      must(
          "PAR-07",
          "If an adapter says that it is additive, a constant added to a tensor of the base is"
              + " added to the effective tensor, in every way in which a model uses it.",
          "isAdditive(): true for W + A B, false for an adapter that rescales or replaces W")),
  /**
   * The squared column lengths that an adapter returns for a kernel are those of its effective
   * tensor, to a relative 1e-4.
   */
  PAR_08(
      must(
          "PAR-08",
          "The squared column lengths that an adapter returns for a kernel are those of its"
              + " effective tensor, to a relative 1e-4.",
          "columnSquares: the term of the product with the base comes twice, and a rescaled column"
              + " by the square of its scale")),
  /** Merging at the start gives the base, to a relative 1e-4, and leaves both inputs unchanged. */
  PAR_09(
      must(
              "PAR-09",
              "Merging at the start gives the base, to a relative 1e-4, and leaves both inputs"
                  + " unchanged.",
              "what merge returns for parameters that are not adapted")
          .formerly("A1")),
  /**
   * Derived tensors are finite, have their declared names and shapes, and are a function of the
   * base, the inputs of its kernels and the generator.
   */
  PAR_10(
      must(
          "PAR-10",
          "Derived tensors are finite, have their declared names and shapes, and are a function of"
              + " the base, the inputs of its kernels and the generator.",
          "a random source of its own in derive: draw from the generator that is passed")),
  /** An adapter that adds biases or rows promises UNMERGEABLE and never merges. */
  PAR_11(
      must(
          "PAR-11",
          "An adapter promises UNMERGEABLE if and only if it adds biases or rows before the input,"
              + " adds at most one bias to the product with each kernel of the base, and does not"
              + " merge after a task.",
          "Promise.UNMERGEABLE of the provider; AddedBias.of makes the name and the shape")),
  /** The rows that a model sees before its input are the declared ones and the merged ones. */
  PAR_12(
      must(
          "PAR-12",
          "Rows before the input are declared, have the width of a table of the base, stand before"
              + " the rows of that table alone, and are merged under their name as the model sees"
              + " them.",
          "inputRows() and InputRows.of; InputRows.on for effective; merge returns them too"));

  private final RuleText text;

  AdapterRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
