package io.github.palimpsest.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.palimpsest.api.PalimpsestException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

class WorkerDevicesTest {
  @Command
  private static final class Options {
    @Mixin ExperimentOptions experiment = new ExperimentOptions();
    @Mixin WorkerDevices devices = new WorkerDevices();

    static Options parsed(String... words) {
      Options options = new Options();
      new CommandLine(options).parseArgs(words);
      options.devices.name(options.experiment);
      return options;
    }
  }

  @Test
  void there_is_a_worker_for_each_device_or_fewer() {
    WorkerDevices three = Options.parsed("x.yaml", "--devices", "gpu:0,4-5").devices;
    assertThat(three.gpus()).containsExactly(0, 4, 5);
    assertThat(three.workers(null)).isEqualTo(3);
    assertThat(three.workers(2)).isEqualTo(2);
    assertThatThrownBy(() -> three.workers(4))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining(
            "--workers 4 with --devices gpu:0,4-5: at most 3, one for each device");
  }

  @Test
  void a_worker_calls_its_only_gpu_the_first() {
    assertThat(Options.parsed("x.yaml", "--devices", "gpu:2-3").experiment.device)
        .isEqualTo("gpu:0");
    Options cpu = Options.parsed("x.yaml", "--devices", "cpu:0-1");
    assertThat(cpu.experiment.device).isEqualTo("cpu");
    assertThat(cpu.devices.workers(null)).isEqualTo(2);
    assertThat(cpu.devices.gpus()).isEmpty();
  }

  @Test
  void without_the_option_nothing_changes() {
    Options plain = Options.parsed("x.yaml", "--device", "gpu:1");
    assertThat(plain.experiment.device).isEqualTo("gpu:1");
    assertThat(plain.devices.given()).isFalse();
    assertThat(plain.devices.workers(null)).isEqualTo(1);
    assertThat(plain.devices.workers(7)).isEqualTo(7);
  }

  @Test
  void a_shared_model_and_one_for_each_worker_exclude_each_other() {
    assertThatThrownBy(() -> Options.parsed("x.yaml", "--device", "gpu:0-1", "--devices", "gpu:2"))
        .isInstanceOf(PalimpsestException.class)
        .hasMessageContaining("either --device gpu:0-1 or --devices gpu:2, not both");
    assertThatThrownBy(() -> Options.parsed("x.yaml", "--devices", "gpu:x"))
        .isInstanceOf(CommandLine.ParameterException.class)
        .hasMessageContaining("'gpu:x' is neither cpu nor gpu:N, nor several as gpu:0-3");
  }
}
