package io.github.palimpsest.engine;

import static io.github.palimpsest.testing.Fuzz.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.engine.checkpoint.Checkpoint;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.weights.Compute;
import io.github.palimpsest.testing.Fuzz;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.ndarray.Shape;

/** Whatever a recipe, a word of the command line or a checkpoint holds is read or refused. */
class ParsersTest {
  private static final int TEXTS = 20_000;
  private static final int FILES = 2_000;

  @TempDir Path folder;

  @Test
  void a_recipe_is_read_or_refused_and_its_canonical_text_is_read_as_itself() {
    List<byte[]> seeds =
        List.of(
            text("adamw"),
            text("sam(rho=0.05, base=adamw(lr=1e-3)) + ewc(lambda=10, examples=5) | wise-ft(0.5)"),
            text("lora(rank=8, target=\".*(q|k)_proj\") + sgd(lr=cosine(peak=0.1, warmup=10))"),
            text("a(b=[1, -2.5e3, true, \"x\\\"y\"], c=none)"));
    Fuzz.run(
        "recipe",
        TEXTS,
        seeds,
        input -> {
          String canonical = RecipeText.parse(decoded(input)).toString();
          assertThat(RecipeText.parse(canonical).toString()).isEqualTo(canonical);
        });
    Fuzz.run(
        "value",
        TEXTS,
        List.of(text("1e-3"), text("cosine(peak=0.1, end=0)"), text("[a, \"b\", 3]")),
        input -> RecipeText.parseValue(decoded(input)));
  }

  @Test
  void a_device_and_a_precision_are_read_or_refused() {
    Fuzz.run("device", FILES, List.of(text("cpu"), text("gpu:1")), in -> Device.parse(decoded(in)));
    Fuzz.run(
        "compute",
        FILES,
        List.of(text("float32"), text("bfloat16")),
        in -> Compute.parse(decoded(in)));
  }

  @Test
  void a_checkpoint_is_read_or_refused_even_where_its_checksum_is_right() throws IOException {
    Path file = folder.resolve("checkpoint");
    Checkpoint whole = new Checkpoint();
    whole.numbers().put("step", 7L);
    whole.blobs().put("state", new byte[] {1, 2, 3});
    whole
        .weights()
        .put(
            "trainable",
            WeightSnapshot.of(
                new TreeMap<>(Map.of("w", Shape.of(2, 3), "b", Shape.of(1))),
                new TreeMap<>(Map.of("w", new float[6], "b", new float[1]))));
    whole.write(file);
    byte[] seed = Files.readAllBytes(file);
    byte[] body = Arrays.copyOf(seed, seed.length - Long.BYTES);
    Fuzz.run(
        "checkpoint",
        FILES,
        List.of(seed),
        input -> {
          Files.write(file, input);
          Checkpoint.read(file);
        });
    Fuzz.run(
        "checkpoint with a right checksum",
        FILES,
        List.of(body),
        input -> {
          CRC32C sum = new CRC32C();
          sum.update(input);
          ByteBuffer all = ByteBuffer.allocate(input.length + Long.BYTES);
          Files.write(file, all.put(input).putLong(sum.getValue()).array());
          Checkpoint.read(file);
        });
  }

  private static String decoded(byte[] input) {
    return new String(input, StandardCharsets.UTF_8);
  }
}
