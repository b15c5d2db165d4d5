# What the rows of the table stand on, as ground.rs is in a stack.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}

variable "endpoint" {}

provider "aws" {
  region                      = "eu-west-3"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  s3_use_path_style           = true
  endpoints {
    acm            = var.endpoint
    appautoscaling = var.endpoint
    cloudfront     = var.endpoint
    ec2            = var.endpoint
    ecr            = var.endpoint
    ecs            = var.endpoint
    elbv2          = var.endpoint
    iam            = var.endpoint
    kms            = var.endpoint
    logs           = var.endpoint
    rds            = var.endpoint
    route53        = var.endpoint
    s3             = var.endpoint
    secretsmanager = var.endpoint
    sts            = var.endpoint
  }
}

locals {
  two   = ["one", "two"]
  trust = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ecs-tasks.amazonaws.com" }, Action = "sts:AssumeRole" }] })
}

resource "aws_vpc" "ground" {
  count                = 2
  cidr_block           = "10.0.0.0/16"
  enable_dns_hostnames = true
}

resource "aws_vpc" "bare" {
  count      = 2
  cidr_block = "10.0.0.0/16"
}

resource "aws_internet_gateway" "ground" {
  vpc_id = aws_vpc.ground[0].id
}

resource "aws_subnet" "ground" {
  count             = 3
  vpc_id            = aws_vpc.ground[0].id
  cidr_block        = "10.0.${count.index + 200}.0/24"
  availability_zone = ["eu-west-3a", "eu-west-3b", "eu-west-3c"][count.index]
}

resource "aws_route_table" "ground" {
  count  = 2
  vpc_id = aws_vpc.ground[0].id
}

resource "aws_route_table" "public" {
  vpc_id = aws_vpc.ground[0].id
}

resource "aws_route" "public" {
  route_table_id         = aws_route_table.public.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.ground.id
}

resource "aws_route_table_association" "public" {
  count          = 3
  subnet_id      = aws_subnet.ground[count.index].id
  route_table_id = aws_route_table.public.id
}

resource "aws_subnet" "loose" {
  vpc_id     = aws_vpc.ground[0].id
  cidr_block = "10.0.210.0/24"
}

resource "aws_security_group" "ground" {
  count  = 2
  name   = "ground-${local.two[count.index]}"
  vpc_id = aws_vpc.ground[0].id
}

resource "aws_vpc_security_group_ingress_rule" "ground" {
  security_group_id = aws_security_group.ground[0].id
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 9000
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_egress_rule" "ground" {
  security_group_id = aws_security_group.ground[0].id
  ip_protocol       = "-1"
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_nat_gateway" "ground" {
  subnet_id         = aws_subnet.ground[0].id
  connectivity_type = "private"
}

resource "aws_lb" "ground" {
  count              = 2
  name               = "ground-${local.two[count.index]}"
  internal           = true
  load_balancer_type = "application"
  subnets            = [aws_subnet.ground[0].id, aws_subnet.ground[1].id]
  security_groups    = [aws_security_group.ground[0].id]
}

resource "aws_lb_listener" "ground" {
  count             = 2
  load_balancer_arn = aws_lb.ground[count.index].arn
  port              = 8080
  protocol          = "HTTP"
  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.ground[count.index].arn
  }
}

resource "aws_lb_target_group" "ground" {
  count       = 2
  name        = "ground-${local.two[count.index]}"
  port        = 8000
  protocol    = "HTTP"
  target_type = "ip"
  vpc_id      = aws_vpc.ground[0].id
}

resource "aws_ecs_cluster" "ground" {
  count = 2
  name  = "ground-${local.two[count.index]}"
}

resource "aws_ecs_cluster_capacity_providers" "ground" {
  count              = 2
  cluster_name       = aws_ecs_cluster.ground[count.index].name
  capacity_providers = ["FARGATE", "FARGATE_SPOT"]
}

resource "aws_ecs_task_definition" "ground" {
  count                    = 2
  family                   = "ground-${local.two[count.index]}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = 256
  memory                   = 512
  task_role_arn            = aws_iam_role.ground[0].arn
  container_definitions    = jsonencode([{ name = "app", image = "app:1", essential = true, portMappings = [{ containerPort = 8000 }] }])
}

resource "aws_iam_role" "ground" {
  count              = 2
  name               = "ground-${local.two[count.index]}"
  assume_role_policy = local.trust
}

resource "aws_iam_role_policy" "ground" {
  count = 2
  role  = aws_iam_role.ground[count.index].name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{
    Effect   = "Allow"
    Action   = ["ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel", "ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"]
    Resource = "*"
  }] })
}

resource "aws_kms_key" "ground" {
  count = 2
}

resource "aws_s3_bucket" "ground" {
  count  = 2
  bucket = "ground-${local.two[count.index]}"
}

resource "aws_route53_zone" "ground" {
  count = 2
  name  = "${local.two[count.index]}.example.com"
}

resource "aws_route53_zone" "parent" {
  name = "example.com"
}

resource "aws_acm_certificate" "ground" {
  count             = 2
  domain_name       = "${local.two[count.index]}.example.com"
  validation_method = "DNS"
}

resource "aws_route53_record" "validation" {
  count   = 2
  zone_id = aws_route53_zone.ground[count.index].zone_id
  name    = tolist(aws_acm_certificate.ground[count.index].domain_validation_options)[0].resource_record_name
  type    = tolist(aws_acm_certificate.ground[count.index].domain_validation_options)[0].resource_record_type
  records = [tolist(aws_acm_certificate.ground[count.index].domain_validation_options)[0].resource_record_value]
  ttl     = 300
}

resource "aws_db_subnet_group" "ground" {
  count      = 2
  name       = "ground-${local.two[count.index]}"
  subnet_ids = aws_subnet.ground[*].id
}
