// The program `gait`.
#include "cli/command.h"

int main(int argc, char** argv) { return gait::cli::Main(argc, argv); }
