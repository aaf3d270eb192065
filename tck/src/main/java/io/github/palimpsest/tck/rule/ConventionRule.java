package io.github.palimpsest.tck.rule;

import static io.github.palimpsest.tck.rule.RuleText.untested;

/**
 * Conventions: the meaning of every number. They bind the framework and not a single component, so
 * the kit has no checks for them; each rule names the tests instead.
 */
public enum ConventionRule implements Rule {
  /**
   * A kernel is {@code [in, out]} and is used as {@code x W} with {@code x} {@code [n, in]}; an
   * embedding and an output head are {@code [vocabulary, width]}.
   */
  CON_01(
      untested(
          "CON-01",
          "A kernel is [in, out] and is used as x W with x [n, in]; an embedding and an output head"
              + " are [vocabulary, width].",
          "holds for models and importers; LlamaGoldenTest and LoraGoldenTest compare them with"
              + " transformers and PEFT")),
  /**
   * The data loss of a step is the sum of nats over all its target tokens, divided by their number.
   * A model returns both sums for each example.
   */
  CON_02(
      untested(
          "CON-02",
          "The data loss of a step is the sum of nats over all its target tokens, divided by their"
              + " number. A model returns both sums for each example.",
          "the engine divides the sums; StepGraphTest has examples of unequal length")),
  /**
   * The objective is the data loss plus the sum of all penalties. Rehearsed examples are part of
   * the data loss like any others, unless their rehearsal has its own objective for them: a loss,
   * which is added to that of the current examples, or a constraint, which acts on each gradient
   * that the oracle returns.
   */
  CON_03(
      untested(
          "CON-03",
          "The objective is the data loss plus the sum of all penalties. Rehearsed examples are"
              + " part of the data loss like any others, unless their rehearsal has its own"
              + " objective for them: a loss, which is added to that of the current examples, or a"
              + " constraint, which acts on each gradient that the oracle returns.",
          "the engine builds the objective; StepGraphTest and the tests of the rehearsals compare"
              + " it with sums worked out by hand")),
  /** An update is added to a parameter: {@code w <- w + update}. */
  CON_04(
      untested(
          "CON-04",
          "An update is added to a parameter: w <- w + update.",
          "the engine adds updates; StepGraphTest has the closed form of a step")),
  /**
   * Unless stated otherwise, a norm is the Euclidean norm over all trainable parameters together.
   */
  CON_05(
      untested(
          "CON-05",
          "Unless stated otherwise, a norm is the Euclidean norm over all trainable parameters"
              + " together.",
          "a convention for equations; OPT-17 tests the norm of an ascent, StepGraphTest that of"
              + " clipping")),
  /**
   * The penalties of EWC and L2-SP have the factor one-half: {@code lambda/2 sum_i F_i (w_i -
   * a_i)^2}. Any other penalty has the factor of its paper, and its equation shows it.
   */
  CON_06(
      untested(
          "CON-06",
          "The penalties of EWC and L2-SP have the factor one-half: lambda/2 sum_i F_i (w_i -"
              + " a_i)^2. Any other penalty has the factor of its paper, and its equation shows"
              + " it.",
          "a convention for equations; REG-04 and REG-10 test the factor of a regularizer")),
  /**
   * Importance is the diagonal of the empirical Fisher information: the mean over examples of the
   * squared gradient of {@code -log p(y given x)}. Each example is taken by itself with its target
   * tokens summed, at the weights after the task's last step, without penalties. By default the
   * labels are the given ones and the gradient is that of the trainable parameters; a setting may
   * draw labels from the model or choose the effective weights.
   */
  CON_07(
      untested(
          "CON-07",
          "Importance is the diagonal of the empirical Fisher information: the mean over examples"
              + " of the squared gradient of -log p(y given x). Each example is taken by itself"
              + " with its target tokens summed, at the weights after the task's last step, without"
              + " penalties. By default the labels are the given ones and the gradient is that of"
              + " the trainable parameters; a setting may draw labels from the model or choose the"
              + " effective weights.",
          "the engine estimates importance; FisherPassTest and TaskLoopTest compare it with single"
              + " examples")),
  /**
   * With accumulation, every oracle call is summed over all micro-batches of the step and divided
   * once, by the number of target tokens in the whole step that the call asks about, before
   * anything is computed from it.
   */
  CON_08(
      untested(
          "CON-08",
          "With accumulation, every oracle call is summed over all micro-batches of the step and"
              + " divided once, by the number of target tokens in the whole step that the call asks"
              + " about, before anything is computed from it.",
          "the engine sums micro-batches; StepGraphTest, and OPT-19 for optimizers")),
  /**
   * Clipping acts on each gradient that the oracle returns: {@code g * c / max(norm(g), c)}. It is
   * the optimizer {@code clip-norm}; {@code training: {clip-norm: c}} of an experiment puts {@code
   * clip-norm(max=c, base=...)} around the optimizer of each recipe.
   */
  CON_09(
      untested(
          "CON-09",
          "Clipping acts on each gradient that the oracle returns: g * c / max(norm(g), c). It is"
              + " the optimizer clip-norm; training: {clip-norm: c} of an experiment puts"
              + " clip-norm(max=c, base=...) around the optimizer of each recipe.",
          "the engine clips; StepGraphTest has its closed form")),
  /**
   * Steps, tasks, epochs, layers and examples count from 0 in the API. The value of a schedule at
   * step {@code t} is used by the step that follows {@code t} finished steps of its task.
   */
  CON_10(
      untested(
          "CON-10",
          "Steps, tasks, epochs, layers and examples count from 0 in the API. The value of a"
              + " schedule at step t is used by the step that follows t finished steps of its"
              + " task.",
          "a convention for numbers; SchedulesTest has the schedules at each step")),
  /**
   * A random draw comes from a stream that is a pure function of seed, purpose, task and step or
   * epoch (Philox 4x32-10, keyed by SHA-256 of these four). What is made of its words is defined
   * here, and not by the JDK.
   */
  CON_11(
      untested(
          "CON-11",
          "A random draw comes from a stream that is a pure function of seed, purpose, task and"
              + " step or epoch (Philox 4x32-10, keyed by SHA-256 of these four). What is made of"
              + " its words is defined here, and not by the JDK.",
          "the API makes the streams; StreamsTest has the published known answers")),
  /**
   * Slots, schedules and step counts start again with each task; memories of regularizers and
   * rehearsal live through all tasks.
   */
  CON_12(
      untested(
          "CON-12",
          "Slots, schedules and step counts start again with each task; memories of regularizers"
              + " and rehearsal live through all tasks.",
          "the engine starts each task; TaskLoopTest and the tests of the strategies train several"
              + " tasks")),
  /**
   * A task is finished when the next one begins, in this order: regularizers see it; rehearsal
   * keeps examples; the adapter is merged if it or a merger asks for that; mergers act in their
   * written order. Scores after a task are those of the weights with the adapter merged and the
   * mergers applied.
   */
  CON_13(
      untested(
          "CON-13",
          "A task is finished when the next one begins, in this order: regularizers see it;"
              + " rehearsal keeps examples; the adapter is merged if it or a merger asks for that;"
              + " mergers act in their written order. Scores after a task are those of the weights"
              + " with the adapter merged and the mergers applied.",
          "the engine finishes tasks; TaskLoopTest and MergedAdapterTest")),
  /**
   * Parameters, gradients and optimizer state are float32, whatever precision products are computed
   * in. Schedules and bias corrections are computed on the host in double precision and fed into
   * the graph.
   */
  CON_14(
      untested(
          "CON-14",
          "Parameters, gradients and optimizer state are float32, whatever precision products are"
              + " computed in. Optimizer state is stored in bfloat16, by stochastic rounding, only if"
              + " training.slots says so; a step computes with it in float32. Schedules and bias"
              + " corrections are computed on the host in double precision and fed into the graph.",
          "the engine chooses the types; ComputeTest, and the goldens of the optimizers")),
  /**
   * Losses are in nats per token. Bits per byte are the nats of all tokens divided by {@code ln 2}
   * and by the number of bytes of text that these tokens cover. A text that is too long for the
   * model is scored in windows, each token once; no evaluation text is cut.
   */
  CON_15(
      untested(
          "CON-15",
          "Losses are in nats per token. Bits per byte are the nats of all tokens divided by ln 2"
              + " and by the number of bytes of text that these tokens cover. A text that is too"
              + " long for the model is scored in windows, each token once; no evaluation text is"
              + " cut.",
          "the scores of the runners; ScoresTest, ScoredTextTest and HarnessGoldenTest")),
  /**
   * An oracle can be asked about a subset of a step's examples, chosen by place or by the rise of
   * their loss, in both cases among all examples of the step. It answers with the loss of the
   * subset divided by its own target tokens, the unchanged penalties, and the subset's share of the
   * step's target tokens.
   */
  CON_16(
      untested(
          "CON-16",
          "An oracle can be asked about a subset of a step's examples, chosen by place or by the"
              + " rise of their loss, in both cases among all examples of the step. It answers with"
              + " the loss of the subset divided by its own target tokens, the unchanged penalties,"
              + " and the subset's share of the step's target tokens.",
          "the engine's oracle; ChosenExamplesTest")),
  /**
   * The tokens around a text are those of the tokenizer's own post-processor, in training, scores,
   * choices and generation alike. Beginning tokens are put before every text that does not already
   * start with them; ending tokens are put after a finished text and never after a prompt.
   */
  CON_17(
      untested(
          "CON-17",
          "The tokens around a text are those of the tokenizer's own post-processor, in training,"
              + " scores, choices and generation alike. Beginning tokens are put before every text"
              + " that does not already start with them; ending tokens are put after a finished"
              + " text and never after a prompt.",
          "the tokenizers of the runners; SpecialTokensTest compares ids with those of transformers"
              + " 5")),
  /**
   * Everything that a model folder or an adapter folder states or contains is used, or listed as
   * without effect, or refused with an error that names it.
   */
  CON_18(
      untested(
          "CON-18",
          "Everything that a model folder or an adapter folder states or contains is used, or"
              + " listed as without effect, or refused with an error that names it.",
          "the readers of the runners; LlamaConfigTest, HuggingFaceDirectoryTest and"
              + " PeftDirectoryTest")),
  /**
   * The oracle can be asked for the data loss with labels drawn from the model's own distribution
   * at the point, one for each prediction, as constants. The draw of a prediction is a function of
   * seed, task, step, the name of the stream, the place of the example in the step, and the place
   * of the prediction in the example.
   */
  CON_19(
      untested(
          "CON-19",
          "The oracle can be asked for the data loss with labels drawn from the model's own"
              + " distribution at the point, one for each prediction, as constants. The draw of a"
              + " prediction is a function of seed, task, step, the name of the stream, the place"
              + " of the example in the step, and the place of the prediction in the example.",
          "the engine draws; SampledLabelsTest"));

  private final RuleText text;

  ConventionRule(RuleText text) {
    this.text = text;
  }

  @Override
  public RuleText text() {
    return text;
  }
}
