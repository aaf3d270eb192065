package io.github.palimpsest.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.llm.model.HuggingFaceDirectory;
import io.github.palimpsest.llm.safetensors.Dtype;
import io.github.palimpsest.llm.safetensors.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("native")
class MergeCommandTest {
  private static final String KERNEL = "model.layers.0.mlp.up_proj.weight";
  @TempDir Path temp;
  private Path base;
  private Path a;
  private Path b;
  private Path out;

  @BeforeEach
  void makeModels() throws IOException {
    base = TinyModel.save(temp.resolve("base"));
    a = changed("a", 1);
    b = changed("b", 2);
    out = temp.resolve("out");
  }

  private Path changed(String name, long seed) {
    HuggingFaceDirectory directory = HuggingFaceDirectory.open(base);
    WeightSnapshot from = directory.weights();
    TreeMap<String, Shape> shapes = new TreeMap<>();
    TreeMap<String, float[]> values = new TreeMap<>();
    Random rng = new Random(seed);
    for (String tensor : from.names()) {
      float[] moved = from.copy(tensor);
      for (int i = 0; i < moved.length; i++) {
        moved[i] += 0.01f * (float) rng.nextGaussian();
      }
      shapes.put(tensor, from.shape(tensor));
      values.put(tensor, moved);
    }
    Path folder = temp.resolve(name);
    directory.save(folder, WeightSnapshot.of(shapes, values));
    return folder;
  }

  private static float[] kernel(Path model) {
    return SafetensorsFile.open(model.resolve("model.safetensors")).copy(KERNEL);
  }

  @Test
  void several_models_are_merged_by_their_weights_and_the_rest_comes_from_the_base()
      throws IOException {
    Files.writeString(base.resolve("README.md"), "---\nlicense: apache-2.0\n---\nthe base\n");
    Files.writeString(base.resolve("chat_template.jinja"), "{{ messages }}\r\n");
    String text = "task-arithmetic(lambda=0.5)";
    Object[] merge = {"merge", text, "--base", base, "--model", a, "--model", b, "--out", out};
    Command done = Command.run(merge).ok();
    assertThat(done.err())
        .contains("README.md of the base describes other weights and is not copied");
    float[] t0 = kernel(base);
    float[] ta = kernel(a);
    float[] tb = kernel(b);
    float[] merged = kernel(out);
    for (int i = 0; i < t0.length; i++) {
      // half of each change, and the mean of both
      assertThat(merged[i])
          .isCloseTo(t0[i] + 0.25f * (ta[i] - t0[i]) + 0.25f * (tb[i] - t0[i]), within(1e-6f));
    }
    for (String same :
        new String[] {"tokenizer.json", "chat_template.jinja", "generation_config.json"}) {
      assertThat(out.resolve(same)).hasSameBinaryContentAs(base.resolve(same));
    }
    String card = Files.readString(out.resolve("README.md"));
    assertThat(card)
        .startsWith(
            "---\nlibrary_name: transformers\nlicense: apache-2.0\ntags:\n- palimpsest\n- merge\n"
                + "- task-arithmetic\n---\n")
        .contains("    palimpsest merge '" + text + "' --base base --model a --model b --out OUT\n")
        .contains("task-arithmetic(from=pretrained, lambda=0.5, when=last-task)")
        .doesNotContain(temp.toString());
    Path again = temp.resolve("again");
    merge[merge.length - 1] = again;
    Command.run(merge).ok();
    for (String file : out.toFile().list()) {
      assertThat(again.resolve(file)).hasSameBinaryContentAs(out.resolve(file));
    }

    Path weighted = temp.resolve("weighted");
    Command.run(
            "merge",
            "ties(density=1)",
            "--base",
            base,
            "--model",
            a,
            "--model",
            b,
            "--weight",
            "3",
            "--weight",
            "1",
            "--out",
            weighted)
        .ok();
    float[] ties = kernel(weighted);
    for (int i = 0; i < t0.length; i++) {
      double da = (double) ta[i] - t0[i];
      double db = (double) tb[i] - t0[i];
      double sign = Math.signum(3 * da + db);
      double sum = (da * sign > 0 ? 3 * da : 0) + (db * sign > 0 ? db : 0);
      double weight = (da * sign > 0 ? 3 : 0) + (db * sign > 0 ? 1 : 0);
      assertThat(ties[i]).isCloseTo((float) (t0[i] + sum / weight), within(1e-6f));
    }
  }

  @Test
  void one_model_is_merged_as_an_experiment_merges_it_in_the_types_of_the_base() {
    Path half = temp.resolve("half");
    HuggingFaceDirectory directory = HuggingFaceDirectory.open(base);
    directory.save(half, directory.weights(), Optional.of(Dtype.BF16));
    Command.run("merge", "wise-ft(alpha=1)", "--base", half, "--model", half, "--out", out).ok();
    SafetensorsFile saved = SafetensorsFile.open(out.resolve("model.safetensors"));
    assertThat(saved.dtype(KERNEL)).isEqualTo("BF16");
    assertThat(saved.copy(KERNEL)).containsExactly(kernel(half));
    Path wide = temp.resolve("wide");
    Command.run(
            "merge",
            "dare(p=0.5)",
            "--base",
            half,
            "--model",
            a,
            "--out",
            wide,
            "--save-dtype",
            "f32",
            "--seed",
            "3")
        .ok();
    float[] t0 = kernel(half);
    float[] t1 = kernel(a);
    float[] dare = kernel(wide);
    int kept = 0;
    for (int i = 0; i < dare.length; i++) {
      // dropped, or twice the change
      boolean dropped = dare[i] == t0[i];
      kept += dropped ? 0 : 1;
      assertThat(dropped ? 0 : Math.abs(dare[i] - (t0[i] + 2 * (t1[i] - t0[i])))).isLessThan(1e-6f);
    }
    assertThat(kept).isBetween(dare.length / 3, 2 * dare.length / 3);
  }

  @Test
  void an_adapter_is_merged_and_training_goes_on_from_it() throws IOException {
    Path data = TinyModel.instructions(temp.resolve("data.jsonl"), 8);
    Path adapter = temp.resolve("adapter");
    String recipe = "sgd(lr=0.5) + lora(rank=2, rank-pattern=\"v_proj=3\", full=\".*norm.weight\")";
    Command.run(
            "train",
            "--model",
            base,
            "--data",
            data,
            "--template",
            "plain",
            "--recipe",
            recipe,
            "--steps",
            2,
            "--out",
            temp.resolve("trained"),
            "--adapter-out",
            adapter)
        .ok();
    Command.run("merge", "--base", base, "--adapter", adapter, "--out", out).ok();
    HuggingFaceDirectory merged = HuggingFaceDirectory.open(out);
    WeightSnapshot trained = HuggingFaceDirectory.open(temp.resolve("trained")).weights();
    for (String name : trained.names()) {
      assertThat(merged.weights().copy(name))
          .as(name)
          .containsExactly(trained.copy(name), within(1e-6f));
    }

    Path again = temp.resolve("again");
    Object[] resume = {
      "train",
      "--model",
      base,
      "--data",
      data,
      "--template",
      "plain",
      "--steps",
      1,
      "--adapter",
      adapter,
      "--out",
      temp.resolve("same"),
      "--adapter-out",
      again,
      "--recipe",
      "sgd(lr=0)"
    };
    Command.run(resume).ok();
    for (String file : adapter.toFile().list()) {
      assertThat(again.resolve(file)).as(file).hasSameBinaryContentAs(adapter.resolve(file));
    }
    String card = Files.readString(temp.resolve("same").resolve("README.md"));
    assertThat(card)
        .contains("- lora\n", "- peft\n", "| data.jsonl | ", "rank-pattern=\"v_proj=3\"")
        .contains(
            "    palimpsest train --model base --data data.jsonl --out OUT --adapter-out ADAPTER"
                + " --adapter adapter --recipe 'sgd(lr=0)' ",
            " --template plain",
            " --steps 1")
        .doesNotContain(temp.toString());
    resume[resume.length - 1] = "sgd(lr=0) + lora";
    resume[12] = temp.resolve("other");
    assertThat(Command.run(resume).refusal(2))
        .contains("--adapter brings its own settings; leave 'lora' out of the recipe");
  }

  @Test
  void what_does_not_fit_is_refused_by_name_and_nothing_is_left() throws IOException {
    edit(a, c -> c.put("rope_theta", 20_000.0));
    assertThat(refusal("wise-ft", "--model", a))
        .contains("a cannot be merged into ", "base: their config.json differ in 'rope_theta'");
    Path tokenizer = b.resolve("tokenizer.json");
    Files.writeString(
        tokenizer, Files.readString(tokenizer).replaceFirst("\"reverse\"", "\"revers\""));
    assertThat(refusal("wise-ft", "--model", b))
        .contains("tokenizer.json differs at 'model.vocab.");
    assertThat(refusal("wise-ft", "--model", base, "--weight", "1", "--weight", "2"))
        .contains("--weight is there 2 times and --model 1 times");
    assertThat(refusal("wise-ft")).contains("there is no --model");
    assertThat(refusal("wise-fit", "--model", base)).contains("'wise-fit'", "wise-ft");
    assertThat(refusal("adamw", "--model", base)).contains("adamw");
    assertThat(refusal("fisher-merging", "--model", base)).contains("needs examples of the task");
    assertThat(refusal("wise-ft", "--adapter", a))
        .contains("--adapter is merged into --base alone");
    assertThat(temp.toFile().list()).doesNotContain("out", ".out.partial");
  }

  private String refusal(String merger, Object... more) {
    Object[] all = new Object[6 + more.length];
    Object[] first = {"merge", merger, "--base", base, "--out", out};
    System.arraycopy(first, 0, all, 0, first.length);
    System.arraycopy(more, 0, all, first.length, more.length);
    return Command.run(all).refusal(2);
  }

  private static void edit(Path model, java.util.function.Consumer<ObjectNode> change)
      throws IOException {
    Path file = model.resolve("config.json");
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(file.toFile());
    change.accept(json);
    Files.writeString(file, json.toString());
  }
}
