package io.github.palimpsest.execution.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.ParameterSpec.Role;
import io.github.palimpsest.api.parameter.Shape;
import io.github.palimpsest.engine.device.Device;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeviceMemoryTest {
  /** Three layers of 100 after an embedding of 50, before a head of 150: 150 and 100, then 250. */
  private static List<ParameterSpec> model() {
    List<ParameterSpec> all = new ArrayList<>();
    all.add(new ParameterSpec("embedding", Shape.of(10, 5), Role.EMBEDDING));
    for (int l = 0; l < 3; l++) {
      all.add(new ParameterSpec("kernel" + l, Shape.of(10, 10), Role.KERNEL, l));
    }
    all.add(new ParameterSpec("head", Shape.of(30, 5), Role.HEAD));
    return all;
  }

  private static MemoryEstimate.Part part(String name, long bytes) {
    return new MemoryEstimate.Part(name, bytes, "");
  }

  private static Map<String, Long> bytes(DeviceMemory of) {
    Map<String, Long> bytes = new LinkedHashMap<>();
    of.parts().forEach(p -> bytes.put(p.name(), p.bytes()));
    return bytes;
  }

  @Test
  void each_device_has_its_share_of_each_part() {
    MemoryEstimate whole =
        new MemoryEstimate(
            "training",
            List.of(
                part("weights", 2000),
                part("slots", 4000),
                part("activations", 300),
                part("logits", 600),
                part("layer", 100),
                part("spread", 500),
                part("graphs", 9999),
                part("runtime", 9999)));
    List<DeviceMemory> each = DeviceMemory.of(whole, model(), model(), Device.parse("gpu:4,6"));
    assertThat(each)
        .extracting(d -> d.device() + " " + d.layers())
        .containsExactly("gpu:4 0-1", "gpu:6 2");
    // half of the parameters each; two of three layers; a spread of a half of temporary values
    assertThat(bytes(each.get(0)))
        .containsExactly(
            entry("weights", 1000L),
            entry("slots", 2000L),
            entry("activations", 200L),
            entry("layer", 100L),
            entry("spread", 150L));
    assertThat(bytes(each.get(1)))
        .containsExactly(
            entry("weights", 1000L),
            entry("slots", 2000L),
            entry("activations", 100L),
            entry("logits", 600L),
            entry("layer", 100L),
            entry("spread", 400L));
    assertThat(each.get(1).bytes()).isEqualTo(4200);
  }

  @Test
  void slots_are_where_the_trained_parameters_are() {
    MemoryEstimate whole = new MemoryEstimate("training", List.of(part("slots", 400)));
    List<ParameterSpec> adapter =
        List.of(new ParameterSpec("a.kernel2", Shape.of(4, 2), Role.ADAPTER, 2));
    List<DeviceMemory> each = DeviceMemory.of(whole, model(), adapter, Device.parse("cpu:0-1"));
    assertThat(each).extracting(DeviceMemory::bytes).containsExactly(0L, 400L);
  }

  @Test
  void one_device_has_everything_but_the_process() {
    MemoryEstimate whole =
        new MemoryEstimate(
            "training",
            List.of(part("weights", 7), part("logits", 10), part("spread", 4), part("host", 9)));
    List<DeviceMemory> one = DeviceMemory.of(whole, model(), model(), Device.parse("gpu:0"));
    assertThat(one).extracting(DeviceMemory::bytes).containsExactly(21L);
  }
}
