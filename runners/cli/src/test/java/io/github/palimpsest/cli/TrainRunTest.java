package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.palimpsest.experiment.plan.SharedInputs;
import io.github.palimpsest.llm.safetensors.SafetensorsFile;
import io.github.palimpsest.results.folder.Fingerprint;
import io.github.palimpsest.results.folder.JsonFile;
import io.github.palimpsest.results.folder.TrainingRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.TensorFlow;

/** Evaluation, best weights, early stop, types and refusals of {@code train}. */
@Tag("native")
class TrainRunTest {
  private static final String WEIGHTS = "model.safetensors";

  @TempDir static Path temp;
  private static Path model;
  private static Path data;

  @BeforeAll
  static void files() throws IOException {
    model = TinyModel.save(temp.resolve("model"));
    data = TinyModel.instructions(temp.resolve("data.jsonl"), 16);
  }

  private static Command train(Path out, Object... more) {
    List<Object> all =
        new ArrayList<>(
            List.of("train", "--model", model, "--data", data, "--template=plain", "--out", out));
    all.addAll(List.of("--batch=4"));
    all.addAll(Arrays.asList(more));
    return Command.run(all.toArray());
  }

  @Test
  void evaluation_changes_no_byte_and_its_last_loss_is_the_score_of_the_model() throws IOException {
    Path other = TinyModel.instructions(temp.resolve("other.jsonl"), 30);
    List<String> lines = Files.readAllLines(other);
    Files.write(other, lines.subList(16, 30));
    Path plain = temp.resolve("plain");
    Path evaluated = temp.resolve("evaluated");
    Object[] recipe = {"--recipe", "adamw(lr=0.01) + lora(rank=2, dropout=0.1)"};
    train(plain, recipe).ok();
    Command run =
        train(evaluated, recipe[0], recipe[1], "--eval-data", other, "--eval-every=3", "--json");
    JsonNode told = CommandTest.json(run);

    assertThat(evaluated.resolve(WEIGHTS)).hasSameBinaryContentAs(plain.resolve(WEIGHTS));
    assertThat(told.path("evaluations").findValuesAsText("step"))
        .as("before, every third of 4 steps, and after")
        .containsExactly("0", "3", "4");
    double last = told.at("/evaluations/2/loss").asDouble();
    Object[] score = {"--instructions", other, "--template", "plain", "--json"};
    JsonNode scored =
        CommandTest.json(
            Command.run(
                "score", "--model", evaluated, score[0], score[1], score[2], score[3], score[4]));
    assertThat(last).isCloseTo(scored.path("nats_per_token").asDouble(), within(1e-6));
    assertThat(run.err())
        .contains(
            "step 0 of 4, held-out loss ", "step 4 of 4, held-out loss ", "learning rate 0.0100")
        .contains("gradient norm ", "tokens/s");

    TrainingRecord record = JsonFile.read(evaluated.resolve("train.json"), TrainingRecord.class);
    assertThat(record.evaluations()).hasSize(3);
    assertThat(record.steps()).isEqualTo(4);
    assertThat(record.components()).extracting(c -> c.id()).contains("adamw", "lora");
    assertThat(record.inputs())
        .containsEntry("tensorflow-java", SharedInputs.tensorflowVersion())
        .containsEntry("tensorflow-runtime", TensorFlow.version());
    assertThat(record.inputs()).containsKeys("model", "data", "held-out", "seed", "code.engine");
    assertThat(record.files()).containsEntry(WEIGHTS, Fingerprint.of(evaluated.resolve(WEIGHTS)));
    assertThat(record.data().evaluated().get("eval-data").get("read")).isEqualTo(14);
    assertThat(Files.readAllLines(evaluated.resolve("losses.csv")))
        .hasSize(5)
        .startsWith("step,loss,gradient_norm")
        .element(1)
        .asString()
        .matches("1,[0-9.]+,[0-9.]+");
    assertThat(evaluated.resolve("README.md"))
        .content()
        .contains(" --data data.jsonl ", " --eval-data other.jsonl ")
        .doesNotContain(temp.toString());
  }

  @Test
  void an_early_stop_saves_the_best_weights_and_the_last_ones() {
    Path out = temp.resolve("stopped");
    Command run =
        train(
            out,
            "--recipe=sgd(lr=30)",
            "--hold-out=0.25",
            "--eval-every=1",
            "--stop-after=2",
            "--min-improvement=1000",
            "--epochs=9");
    assertThat(run.ok().err())
        .contains("12 examples", "4 held out", "stopping early: no improvement in 2 evaluations")
        .contains("the weights before training", "after step 2 are in " + out.resolve("last"));
    SafetensorsFile first = SafetensorsFile.open(model.resolve(WEIGHTS));
    SafetensorsFile best = SafetensorsFile.open(out.resolve(WEIGHTS));
    SafetensorsFile last = SafetensorsFile.open(out.resolve("last").resolve(WEIGHTS));
    String name = first.names().first();
    assertThat(best.copy(name)).containsExactly(first.copy(name));
    assertThat(last.copy(name)).isNotEqualTo(first.copy(name));
    TrainingRecord record = JsonFile.read(out.resolve("train.json"), TrainingRecord.class);
    assertThat(record.steps()).isEqualTo(2);
    assertThat(record.plannedSteps()).as("9 epochs of 12 examples").isEqualTo(27);
    assertThat(record.savedStep()).isZero();
  }

  @Test
  void weights_are_saved_in_the_type_that_is_asked_for() throws IOException {
    Path half = temp.resolve("half");
    train(half, "--steps=1", "--save-dtype=BF16", "--quiet").ok();
    assertThat(SafetensorsFile.open(half.resolve(WEIGHTS)).dtype("model.norm.weight"))
        .isEqualTo("BF16");
    Path again = temp.resolve("again");
    assertThat(
            Command.run(
                    "train",
                    "--model",
                    half,
                    "--data",
                    data,
                    "--template=plain",
                    "--out",
                    again,
                    "--steps=1",
                    "--quiet")
                .ok()
                .err())
        .doesNotContain("step 1");
    assertThat(SafetensorsFile.open(again.resolve(WEIGHTS)).dtype("model.norm.weight"))
        .as("as in the files of the model")
        .isEqualTo("BF16");
  }

  @Test
  void what_has_no_effect_in_a_single_training_is_told() throws IOException {
    assertThat(train(temp.resolve("first"), "--recipe=sgd + ewc", "--steps=1").ok().err())
        .contains("no effect in a single training: ewc acts from the second task of a run on");
    Path text = Files.writeString(temp.resolve("text.txt"), "one two three four\n".repeat(200));
    Object[] whole = {
      "train", "--model", model, "--data", text, "--steps=1", "--max-length=8", "--out"
    };
    assertThat(Command.run(with(whole, temp.resolve("whole"))).ok().err())
        .contains("a plain text is one document, of which only 8 tokens are used; --separator");
    Object[] wrong = with(with(with(whole, temp.resolve("wrong")), "--separator"), "###");
    assertThat(Command.run(wrong).ok().err()).contains("the separator does not occur");
  }

  private static Object[] with(Object[] arguments, Object more) {
    return Stream.concat(Arrays.stream(arguments), Stream.of(more)).toArray();
  }

  @Test
  void options_without_effect_and_impossible_data_are_refused() throws IOException {
    Path out = temp.resolve("never");
    Path one = TinyModel.instructions(temp.resolve("one.jsonl"), 1);
    assertThat(train(out, "--eval-every=0").err()).contains("'0' must be a whole number from 1");
    assertThat(train(out, "--save-dtype=f8").err())
        .contains("no type 'f8' of weights; known: bf16, f16, f32");
    assertThat(train(out, "--eval-every=2").refusal(2))
        .contains("--eval-every needs held-out data");
    assertThat(train(out, "--keep-best").refusal(2)).contains("--keep-best needs held-out data");
    assertThat(train(out, "--hold-out=0.5", "--stop-after=2").refusal(2))
        .contains("--stop-after needs --eval-every");
    assertThat(train(out, "--hold-out=0.5", "--min-improvement=2").refusal(2))
        .contains("--min-improvement needs --stop-after");
    assertThat(train(out, "--hold-out=0.5", "--eval-data", one).refusal(2))
        .contains("either --eval-data or --hold-out");
    assertThat(train(out, "--quiet", "--log-every=2").refusal(2)).contains("either --quiet");
    assertThat(train(out, "--hold-out=0.99").refusal(2)).contains("leaves none to train on");
    assertThat(train(out, "--eval-data", data).refusal(2))
        .contains("16 of 16 documents of --eval-data are documents of --data", "--allow-overlap");
    assertThat(train(out, "--resume").refusal(2)).contains("no unfinished training");
    assertThat(temp.resolve("never.unfinished")).as("nothing is left").doesNotExist();
    Command.run(
            "train",
            "--model",
            model,
            "--data",
            one,
            "--template=plain",
            "--out",
            out,
            "--hold-out=0.5")
        .refusal(2);
    Path done = temp.resolve("done");
    train(done, "--steps=1", "--eval-data", data, "--allow-overlap").ok();
    assertThat(train(done, "--resume").refusal(2)).contains("finished", "nothing to resume");
    assertThat(temp.resolve("done.unfinished")).doesNotExist();
  }
}
