package io.github.palimpsest.engine;

import static io.github.palimpsest.testing.FuzzTarget.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.api.parameter.WeightSnapshot;
import io.github.palimpsest.api.recipe.RecipeText;
import io.github.palimpsest.engine.checkpoint.Checkpoint;
import io.github.palimpsest.engine.checkpoint.StateFile;
import io.github.palimpsest.engine.device.Device;
import io.github.palimpsest.engine.weights.Compute;
import io.github.palimpsest.testing.FuzzTarget;
import io.github.palimpsest.testing.FuzzTargets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;

/** Whatever a recipe, a word of the command line or a checkpoint holds is read or refused. */
class ParsersTest implements FuzzTargets {
  private static final int TEXTS = 20_000;
  private static final int FILES = 2_000;

  @Override
  public List<FuzzTarget> in(Path folder) throws IOException {
    Path file = folder.resolve("checkpoint");
    byte[] checkpoint = checkpoint(file);
    return List.of(
        FuzzTarget.of(
            "recipe",
            TEXTS,
            input -> {
              String canonical = RecipeText.parse(text(input)).toString();
              assertThat(RecipeText.parse(canonical)).hasToString(canonical);
            },
            "adamw",
            "sam(rho=0.05, base=adamw(lr=1e-3)) + ewc(lambda=10, examples=5) | wise-ft(alpha=0.5)",
            "lora(rank=8, target=\".*(q|k)_proj\") + sgd(lr=cosine(peak=0.1, warmup=10))",
            "a(b=[1, -2.5e3, true, \"x\\\"y\"], c=none)"),
        FuzzTarget.of(
            "value",
            TEXTS,
            input -> RecipeText.parseValue(text(input)),
            "1e-3",
            "cosine(peak=0.1, end=0)",
            "[a, \"b\", 3]"),
        FuzzTarget.of("device", FILES, input -> Device.parse(text(input)), "cpu", "gpu:1"),
        FuzzTarget.of("compute", FILES, input -> Compute.parse(text(input)), "float32", "bfloat16"),
        new FuzzTarget(
            "checkpoint",
            FILES,
            List.of(checkpoint),
            input -> {
              Files.write(file, input);
              Checkpoint.read(file);
            }),
        new FuzzTarget(
            "checkpoint with a right checksum",
            FILES,
            List.of(Arrays.copyOf(checkpoint, checkpoint.length - Long.BYTES)),
            input -> {
              Files.write(file, summed(input));
              Checkpoint.read(file);
            }),
        new FuzzTarget(
            "state file",
            FILES / 2,
            List.of(checkpoint),
            input -> {
              Files.write(file, input);
              StateFile.requireWhole(file);
              assertThat(input).isEqualTo(summed(Arrays.copyOf(input, input.length - Long.BYTES)));
            }));
  }

  private static byte[] checkpoint(Path file) throws IOException {
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
    return Files.readAllBytes(file);
  }

  private static byte[] summed(byte[] body) {
    CRC32C sum = new CRC32C();
    sum.update(body);
    return ByteBuffer.allocate(body.length + Long.BYTES).put(body).putLong(sum.getValue()).array();
  }
}
