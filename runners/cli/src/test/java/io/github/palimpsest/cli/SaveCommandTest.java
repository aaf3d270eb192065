package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.palimpsest.storage.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Language models of a grid, saved and scored on their own. */
@Tag("native")
class SaveCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temp;
  private Path out = Path.of("");
  private Path test = Path.of("");

  @BeforeEach
  void files() throws IOException {
    out = temp.resolve("out");
    test = TinyModel.instructions(temp.resolve("test.jsonl"), 6);
    TinyModel.instructions(temp.resolve("data.jsonl"), 40);
  }

  /** Two tasks, the second one evaluated on a file of its own. */
  private Path run(String model, String strategies) throws IOException {
    Path file =
        Files.writeString(
            temp.resolve("experiment.yaml"),
            """
            name: two
            model: %s
            tasks:
              - {name: first, data: data.jsonl, format: instructions, template: plain, limit: 8, test: test.jsonl}
              - {name: second, data: data.jsonl, format: instructions, template: plain, test: test.jsonl}
            allow-overlap: true
            training: {steps: 4, batch: 4, max-length: 24}
            axes: {optimizer: adamw(lr=0.01), strategy: %s}
            seeds: [1]
            """
                .formatted(model, strategies));
    Command.run("run", file, "--out", out).ok();
    return out;
  }

  private static double lastScore(Path cell) throws IOException {
    JsonNode after = JSON.readTree(cell.resolve("result.json").toFile()).at("/scores/after");
    return after.get(1).get(1).doubleValue();
  }

  private double scored(Path model, Object... more) throws IOException {
    List<Object> words =
        new ArrayList<>(List.of("score", "--model", model, "--instructions", test));
    words.addAll(List.of("--template", "plain", "--json"));
    words.addAll(List.of(more));
    Command score = Command.run(words.toArray()).ok();
    return JSON.readTree(score.out()).at("/nats_per_token").doubleValue();
  }

  private List<Path> cells() throws IOException {
    try (Stream<Path> all = Files.list(out.resolve("cells"))) {
      return new ArrayList<>(all.sorted().toList());
    }
  }

  @Test
  void the_model_after_the_last_task_has_its_score_whatever_trained_it() throws IOException {
    Path tiny = TinyModel.save(temp.resolve("tiny"));
    run(tiny.toString(), "[none, replay(ratio=0.5), \"lora(rank=2)\", wise-ft(alpha=0.5)]");
    assertThat(cells()).hasSize(4);
    for (Path cell : cells()) {
      Path model = temp.resolve("saved-" + cell.getFileName());
      Command.run("save", out, cell.getFileName(), "--out", model).ok();

      assertThat(scored(model)).as("%s", cell).isCloseTo(lastScore(cell), within(1e-5));
      assertThat(Files.readString(model.resolve("README.md")))
          .contains("Cell " + cell.getFileName() + " of the experiment 'two', seed 1.")
          .contains("| first | 4 |", "| second | 4 |", "| model.safetensors |")
          .contains("%.4f".formatted(lastScore(cell)))
          .doesNotContain("NaN", temp.toString());
    }
  }

  @Test
  void an_adapter_that_was_trained_through_all_tasks_is_saved_alone_for_the_model()
      throws IOException {
    Path tiny = TinyModel.save(temp.resolve("tiny"));
    run(tiny.toString(), "[\"lora(rank=2)\", \"lora(rank=2) | wise-ft(alpha=0.5)\", none]");
    assertThat(cells()).hasSize(3);
    int saved = 0;
    for (Path cell : cells()) {
      Path model = temp.resolve("saved-" + cell.getFileName());
      Path adapter = temp.resolve("adapter-" + cell.getFileName());
      Command save =
          Command.run("save", out, cell.getFileName(), "--out", model, "--adapter-out", adapter);
      String recipe = JSON.readTree(cell.resolve("result.json").toFile()).at("/recipe").textValue();
      if (recipe.contains("lora") && !recipe.contains("wise-ft")) {
        save.ok();
        saved++;
        assertThat(scored(tiny, "--adapter", adapter)).isCloseTo(lastScore(cell), within(1e-5));
      } else {
        assertThat(save.refusal(2)).contains("is not the model of the experiment with one adapter");
        assertThat(model).doesNotExist();
        assertThat(adapter).doesNotExist();
      }
    }
    assertThat(saved).isEqualTo(1);
  }

  @Test
  void a_model_that_the_run_made_is_saved_with_the_tokenizer_of_its_words() throws IOException {
    run("quickstart", "none");
    Path model = temp.resolve("saved");
    Command.run("save", out, "--out", model, "--save-dtype", "bf16").ok();

    assertThat(scored(model))
        .as("numbers of 8 bits")
        .isCloseTo(lastScore(cells().get(0)), within(0.05));
    assertThat(Files.readString(model.resolve("README.md")))
        .contains("Random weights, which the seed draws.");
    assertThat(Command.run("save", out, "--out", model).refusal(2))
        .contains("already exists; models are saved to a new folder");
  }

  @Test
  void an_adapter_that_no_tensor_can_take_is_refused_and_nothing_is_written() throws IOException {
    run(TinyModel.save(temp.resolve("tiny")).toString(), "bitfit");
    Path model = temp.resolve("saved");
    assertThat(Command.run("save", out, "--out", model).refusal(3))
        .contains("'bitfit' adds parameters that no tensor of the model can take")
        .contains("'save' writes the tensors of the model itself");
    assertThat(model).doesNotExist();
  }

  @Test
  void weights_that_were_removed_are_trained_again_in_the_way_that_the_refusal_says()
      throws IOException {
    run(TinyModel.save(temp.resolve("tiny")).toString(), "none");
    Path cell = cells().get(0);
    Path before = temp.resolve("before");
    Command.run("save", out, "--out", before).ok();
    Folders.delete(out.resolve("stages"));
    assertThat(Command.run("save", out, "--out", temp.resolve("none")).refusal(2))
        .contains("has a result and no longer the weights")
        .contains("remove '%s' and '%s', and 'run'".formatted(cell, out.resolve("scores")));
    Folders.delete(cell);
    Folders.delete(out.resolve("scores"));
    Command.run("run", temp.resolve("experiment.yaml"), "--out", out).ok();
    Path after = temp.resolve("after");
    Command.run("save", out, "--out", after).ok();
    assertThat(after.resolve("model.safetensors"))
        .hasSameBinaryContentAs(before.resolve("model.safetensors"));
  }
}
