package io.github.palimpsest.llm.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.data.TaskData;
import io.github.palimpsest.api.discovery.Plugins;
import io.github.palimpsest.api.measure.AnswerMeasure;
import io.github.palimpsest.api.measure.GeneratedAnswer;
import io.github.palimpsest.api.measure.ItemScore;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.random.Streams;
import io.github.palimpsest.decoder.Generator;
import io.github.palimpsest.decoder.Sampling;
import io.github.palimpsest.engine.Seats;
import io.github.palimpsest.engine.TaskLoop;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.llm.measure.BuiltIn;
import io.github.palimpsest.llm.score.GreedyAnswers;
import io.github.palimpsest.llm.score.ModelLogLikelihoods;
import io.github.palimpsest.llm.score.Score;
import io.github.palimpsest.llm.score.TextScores;
import io.github.palimpsest.llm.text.Document;
import io.github.palimpsest.llm.text.ExampleEncoder;
import io.github.palimpsest.llm.text.TextTokenizer;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The effect that the quickstart is there to show, on a part of it. */
@Tag("native")
class ForgettingTest {
  private static final double CHANCE = 1.0 / 8;

  @Test
  void plainAdamWLearnsTheFactsAndForgetsThemWithTheNextTask() {
    Quickstart quickstart = new Quickstart(1);
    try (TextTokenizer tokenizer = quickstart.tokenizer();
        ModelLogLikelihoods model =
            new ModelLogLikelihoods(
                quickstart.model(), quickstart.initialWeights(), Device.CPU, 80)) {
      ExampleEncoder encoder = quickstart.encoder(tokenizer);
      List<QuickstartTask> tasks = quickstart.tasks();
      ExampleEncoder.Encoded asked = encoder.encode("asked", tasks.get(0).evaluation());
      List<TaskData> taskData =
          List.of(data(encoder, 0, tasks.get(0)), data(encoder, 1, tasks.get(1)));
      TaskLoop loop =
          new TaskLoop(
              quickstart.model(),
              quickstart.initialWeights(),
              Seats.of(Plugins.onClassPath().recipe("adamw(lr=0.001)")),
              Quickstart.TRAINING,
              1,
              taskData,
              Device.CPU,
              null);
      double before = TextScores.of(model, asked).answerAccuracy().value();
      double[] after = new double[2];
      for (int t = 0; t < 2; t++) {
        loop.train((index, step, steps, loss) -> {});
        model.load(loop.weights());
        after[t] = TextScores.of(model, asked).answerAccuracy().value();
      }
      assertThat(before).as("random weights know nothing").isLessThan(CHANCE);
      assertThat(after[0]).as("facts after learning them").isGreaterThan(0.9);
      assertThat(after[1]).as("facts after learning to reverse").isLessThan(0.5);
      generatesWhatItFindsMostLikely(
          quickstart, loop.weights(), model, encoder, tasks.get(1).evaluation());
    }
  }

  private static void generatesWhatItFindsMostLikely(
      Quickstart quickstart,
      WeightSnapshot weights,
      ModelLogLikelihoods model,
      ExampleEncoder encoder,
      List<Document> questions) {
    int eos = encoder.tokenizer().eos().orElseThrow();
    try (Generator generator = new Generator(quickstart.model(), weights, Device.CPU)) {
      List<GeneratedAnswer> answers =
          GreedyAnswers.of(
              (prompts, most) ->
                  generator.generate(
                      prompts,
                      most,
                      id -> id == eos,
                      Sampling.GREEDY,
                      Streams.stream(0, "greedy", 0, 0)),
              encoder,
              "reversing",
              questions,
              4);
      Score likely = TextScores.of(model, encoder.encode("reversing", questions)).answerAccuracy();
      AnswerMeasure measure = BuiltIn.exactMatch();
      List<ItemScore> items = answers.stream().map(measure::score).toList();
      assertThat(items.stream().mapToDouble(ItemScore::score))
          .as("one token a word: exact match is answer accuracy")
          .containsExactly(Arrays.stream(likely.perExample()).boxed().toArray(Double[]::new));
      assertThat(measure.aggregate(items)).as("reversed letters").isGreaterThan(0.5);
    }
  }

  private static TaskData data(ExampleEncoder encoder, int index, QuickstartTask task) {
    return TaskData.of(index, task.name(), encoder.encode(task.name(), task.training()).examples());
  }
}
