package io.github.palimpsest.engine.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import io.github.palimpsest.api.parameter.ParameterSpec;
import io.github.palimpsest.api.parameter.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cpu         | cpu",
        "cpu:0       | cpu",
        "cpu:0-1     | cpu:0-1",
        "gpu         | gpu:0",
        "gpu:3       | gpu:3",
        "gpu:0,2     | gpu:0,2",
        "gpu:0-2,5-5 | gpu:0-2,5",
        "gpu:1,2,3   | gpu:1-3",
        "gpu:3,2     | gpu:3,2"
      })
  void a_device_is_written_in_its_shortest_form(String text, String written) {
    Device device = Device.parse(text);
    assertThat(device).hasToString(written);
    assertThat(Device.parse(device.toString())).isEqualTo(device);
  }

  @Test
  void numbers_and_ranges_give_the_order_of_the_layers() {
    assertThat(Device.parse("gpu:4,0-2").indices()).isEqualTo(List.of(4, 0, 1, 2));
    assertThat(Device.parse("gpu:4,0-2").each())
        .extracting(Device::toString)
        .containsExactly("gpu:4", "gpu:0", "gpu:1", "gpu:2");
    assertThat(Device.parse("gpu:1").several()).isFalse();
    assertThat(Device.parse("gpu:1-2").several()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tpu:0     | device 'tpu:0' is neither cpu nor gpu:N, nor several as gpu:0-3 or gpu:0,2",
        "gpu:      | device 'gpu:' is neither",
        "gpu:0-    | device 'gpu:0-' is neither",
        "gpu:0;1   | device 'gpu:0;1' is neither",
        "gpu:-1    | device 'gpu:-1' is neither",
        "gpu:3-1   | device 'gpu:3-1': the range 3-1 ends before it begins",
        "gpu:0-2,1 | device 'gpu:0-2,1' names a device twice",
        "gpu:0-99  | device 'gpu:0-99' names more than 64 devices",
        "cpu:0,64  | a virtual one above 63"
      })
  void another_text_is_refused_with_its_value_and_the_allowed_form(String text, String message) {
    assertThatThrownBy(() -> Device.parse(text))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(message);
  }

  @Test
  void a_small_model_and_each_of_several_towers_take_one_thread() {
    ParameterSpec small = new ParameterSpec("w", Shape.of(8, 8), ParameterSpec.Role.KERNEL);
    ParameterSpec large = new ParameterSpec("w", Shape.of(2048, 2048), ParameterSpec.Role.KERNEL);
    assertThat(Device.CPU.operationThreads(List.of(small))).isEqualTo(1);
    assertThat(Device.CPU.forTowers(2).operationThreads(List.of(large))).isEqualTo(1);
    assertThat(Device.CPU.operationThreads(List.of(large)))
        .isEqualTo(Runtime.getRuntime().availableProcessors());
  }

  @Test
  void runs_stand_side_by_side_where_one_leaves_processors_idle() {
    ParameterSpec small = new ParameterSpec("w", Shape.of(8, 8), ParameterSpec.Role.KERNEL);
    ParameterSpec large = new ParameterSpec("w", Shape.of(2048, 2048), ParameterSpec.Role.KERNEL);
    int most = Math.min(4, Runtime.getRuntime().availableProcessors());
    assertThat(Device.CPU.sideBySide(List.of(small))).isEqualTo(most);
    assertThat(Device.CPU.sideBySide(List.of(large))).as("one run takes all").isEqualTo(1);
    assertThat(Device.CPU.forTowers(2).sideBySide(List.of(large))).isEqualTo(most);
    assertThat(Device.parse("gpu:0").sideBySide(List.of(small))).isEqualTo(1);
    assertThat(Device.parse("cpu:0-1").sideBySide(List.of(small))).isEqualTo(1);
  }
}
